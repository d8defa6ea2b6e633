// `sluice dashboards` as a person runs it, against a stand-in for Kibana.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { type StandIn, standIn } from '../kibana/stand-in.ts'
import { root } from '../repository/files.ts'

/** Each command is a process of its own, which takes seconds to start on a busy machine. */
const patient = { timeout: 120_000 }

async function place(): Promise<{ kibana: StandIn; sluice: (...args: string[]) => Promise<string>; folder: string }> {
  const kibana = await standIn()
  const folder = mkdtempSync(join(tmpdir(), 'sluice-dashboards-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const { url } = kibana
  const settings = {
    kibana: { url, username: 'elastic', password: 'secret' },
    pipelines: [join(root, 'pipelines/*.json')]
  }
  writeFileSync(join(folder, 'sluice.json'), JSON.stringify(settings))
  const main = join(root, 'src/cli/main.ts')
  const sluice = (...args: string[]) =>
    new Promise<string>(resolve => {
      execFile(process.execPath, ['--conditions=source', main, ...args], { cwd: folder }, (error, stdout, stderr) =>
        resolve(`${stdout}${stderr}exit ${error?.code ?? 0}\n`)
      )
    })
  return { kibana, sluice, folder }
}

test('a push writes, a second one does not; --dry-run says what would change and writes nothing', patient, async () => {
  const { kibana, sluice } = await place()
  const dry = await sluice('dashboards', 'push', '--dry-run')
  expect(dry).toContain('would write dashboard Sluice: overview, new\n')
  expect(kibana.spaces.get('default')?.size).toBe(0)
  expect(await sluice('dashboards', 'push')).toContain('written   dashboard Sluice: overview, new\n')
  const objects = kibana.spaces.get('default')
  const overview = objects?.get('dashboard:sluice-overview')
  const [first, ...rest] = JSON.parse(String(overview?.attributes.panelsJSON))
  const panelsJSON = JSON.stringify([{ ...first, title: 'Ways' }, ...rest.slice(1)])
  if (overview)
    objects?.set('dashboard:sluice-overview', { ...overview, attributes: { ...overview.attributes, panelsJSON } })
  expect(await sluice('dashboards', 'push', '--rules')).toContain(
    'kept      dashboard Sluice: overview, edited in Kibana; --force writes over it\n'
  )
  expect(kibana.rules.size).toBeGreaterThan(2)
  const forced = await sluice('dashboards', 'push', '--dry-run', '--force')
  expect(forced).toContain('would write dashboard Sluice: overview, edited\n    + Records\n    ~ Dashboards\n')
})

test('a dashboard is made for a pipeline, pushed, and pulled as it was written', patient, async () => {
  const { kibana, sluice, folder } = await place()
  expect(await sluice('dashboards', 'new', 'nginx-access', '-o', 'mine.json')).toBe('exit 0\n')
  expect(await sluice('dashboards', 'push', 'mine.json')).toContain('written   dashboard Sluice: nginx-access, new\n')
  expect(kibana.spaces.get('default')?.has('dashboard:sluice-nginx-access')).toBe(true)
  expect(await sluice('dashboards', 'pull', 'sluice-nginx-access', '-o', 'back')).toBe('exit 0\n')
  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'))
  expect(read('back/sluice-nginx-access.json')).toEqual(read('mine.json'))
  expect(await sluice('dashboards', 'pull', 'other')).toBe(
    'Kibana has no dashboard other; it has sluice-nginx-access\nexit 2\n'
  )
})

test('setup says what it would do in Kibana, does it, and tells of it as JSON', patient, async () => {
  const { kibana, sluice, folder } = await place()
  const { url, auth = {} } = await elasticsearch()
  const settings = JSON.parse(readFileSync(join(folder, 'sluice.json'), 'utf8'))
  writeFileSync(
    join(folder, 'sluice.json'),
    JSON.stringify({
      elasticsearch: { nodes: [url], ...auth },
      kibana: { ...settings.kibana, rules: true },
      pipelines: [join(root, 'pipelines/nginx-access.json')]
    })
  )
  const dry = await sluice('setup', '--dry-run')
  expect(dry).toContain('would write dashboard Sluice: overview, new\n')
  expect(dry).toContain('would make  rule Sluice: nginx-access has been silent for an hour\nexit 0\n')
  expect([kibana.spaces.get('default')?.size, kibana.rules.size]).toEqual([0, 0])
  const json = await sluice('setup', '--json')
  const { kibana: pushed } = JSON.parse(json.slice(0, json.lastIndexOf('exit 0')))
  expect(pushed).toContainEqual({ type: 'dashboard', name: 'Sluice: overview', done: 'new', isWritten: true })
  expect(pushed).toContainEqual(expect.objectContaining({ type: 'rule', done: 'created' }))
  expect(kibana.rules.size).toBe(3)
})

test('how long to wait is a number', patient, async () => {
  const { sluice } = await place()
  expect(await sluice('dashboards', 'push', '--wait', 'long')).toBe(
    '--wait is long; allowed: a whole number of seconds from 0\nexit 2\n'
  )
})

test('a dashboard that comes along is pulled and pushed by whoever has other pipelines', patient, async () => {
  const { kibana, sluice, folder } = await place()
  const settings = JSON.parse(readFileSync(join(folder, 'sluice.json'), 'utf8'))
  writeFileSync(
    join(folder, 'sluice.json'),
    JSON.stringify({ ...settings, pipelines: [join(root, 'pipelines/redis.json')] })
  )
  await sluice('dashboards', 'push')
  expect(await sluice('dashboards', 'pull', 'sluice-web', '-o', 'back')).toBe('exit 0\n')
  kibana.spaces.get('default')?.delete('dashboard:sluice-web')
  expect(await sluice('dashboards', 'push', 'back/sluice-web.json')).toContain('written   dashboard Sluice: web access')
})
