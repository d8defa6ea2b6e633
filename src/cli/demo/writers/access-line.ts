// Lines as nginx writes them in its "combined" format, as varied as a shop's traffic: paths in Korean, IPv6, scanners,
// crawlers, escaped quotes. Each carries a serial in its query, by which it is found again.

import { pick } from './program.ts'

/** Korean standard time: the log says local time, and the documents must not. */
const ZONE = { offsetMs: 9 * 3_600_000, suffix: '+0900' }
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** How often it is asked for, what is asked for, what may come of it and how much is sent at most. */
const ROUTES: readonly Route[] = [
  [22, 'GET', '/', [200, 200, 200, 304], 18_400],
  [16, 'GET', encodeURI('/상품/겨울-코트'), [200, 200, 304], 32_100],
  [12, 'GET', encodeURI('/상품/운동화'), [200, 200, 200, 404], 30_700],
  [11, 'GET', encodeURI('/검색'), [200], 22_900],
  [9, 'GET', '/static/app.3f9c2e.js', [200, 304, 304], 214_000],
  [8, 'GET', '/images/banner%20autumn.webp', [200, 206, 304], 156_000],
  [7, 'GET', '/cart', [200, 200, 302], 9_800],
  [5, 'POST', '/cart/items', [201, 201, 400, 409], 310],
  [4, 'POST', '/api/v1/orders', [201, 201, 201, 422, 503], 740],
  [3, 'GET', '/api/v1/orders/20261120', [200, 200, 401, 500], 2_900],
  [2, 'HEAD', '/healthz', [200], 0],
  [2, 'GET', '/old-shop', [301], 169],
  [2, 'GET', '/wp-login.php', [404, 403], 153],
  [1, 'GET', '/.env', [404], 153]
]
type Route = readonly [weight: number, method: string, path: string, statuses: readonly number[], bytes: number]
/** Each as often as it weighs. */
const ASKED = ROUTES.flatMap(route => Array.from({ length: route[0] }, () => route))

const QUERIES = [
  '',
  '',
  '',
  'utm_source=letter&',
  `q=${encodeURIComponent('겨울 코트')}&`,
  'page=2&sort=price&',
  'id=%00&'
]

const ADDRESSES = ['192.0.2.', '198.51.100.', '203.0.113.', '2001:db8:85a3::8a2e:', '2001:db8:1f70::']

const REFERRERS = ['-', '-', 'https://shop.example/', `https://search.example/?q=${encodeURIComponent('코트')}`]

const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0',
  'Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/spd)',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'python-requests/2.32.5',
  'curl/8.16.0',
  '\\x22quoted\\x22 agent; with \\x5C and [brackets]',
  '-'
]

/** One line, its newline included. */
export function accessLine(serial: number, at: Date): string {
  const [, method, path, statuses, bytes] = pick(ASKED)
  const status = pick(statuses)
  const address = pick(ADDRESSES)
  const host = 1 + Math.floor(Math.random() * 254)
  const sent =
    status === 304 || method === 'HEAD' ? 0 : status < 400 ? Math.ceil(bytes * (0.5 + Math.random() / 2)) : 153
  const user = Math.random() < 0.02 ? 'editor' : '-'
  return `${address}${address.includes(':') ? host.toString(16) : host} - ${user} [${timeLocal(at)}] "${method} ${path}?${pick(QUERIES)}serial=${serial} HTTP/${pick(['1.1', '1.1', '2.0'])}" ${status} ${sent} "${pick(REFERRERS)}" "${pick(AGENTS)}"\n`
}

/** nginx's `$time_local`, such as `20/Nov/2026:23:11:52 +0900`. */
function timeLocal(at: Date): string {
  const [date = '', time = ''] = new Date(at.getTime() + ZONE.offsetMs).toISOString().split('T')
  const [year, month, day] = date.split('-')
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} ${ZONE.suffix}`
}
