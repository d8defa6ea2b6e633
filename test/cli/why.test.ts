// `sluice why`: each link of the chain, broken and whole, as a person meets it.

import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { settingsFor } from '../integration/connection.ts'
import { type Installation, install } from '../integration/installation.ts'

const server = await elasticsearch()
// Several processes one after another, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 })

const line = (path: string) => `192.0.2.1 - - [01/Feb/2026:10:00:00 +0000] "GET ${path} HTTP/1.1" 200 5 "-" "curl/8"\n`

function installed(options: object = {}, through: readonly string[] = []): Installation & { readonly log: string } {
  const source = {
    ...options,
    type: 'file',
    paths: ['logs/access.log*', 'logs/*/app.log'],
    exclude: ['*.gz'],
    sweepMs: 100
  }
  const installation = install({ elasticsearch: settingsFor(server), pipeline: { source }, through })
  return { ...installation, log: join(installation.logs, 'access.log') }
}

async function why({ sluice }: Installation, path: string) {
  const { code, stdout } = await sluice('why', path)
  return { code, lines: stdout.trimEnd().split('\n') }
}

describe('before anything is read', () => {
  const cases: { what: string; path: string; make?: (path: string, logs: string) => void; says: string }[] = [
    {
      what: 'a path that leads nowhere',
      path: 'none/a.log',
      says: '✗ exists      there is no LOGS/none; LOGS is there → check the path'
    },
    {
      what: 'a symlink that leads nowhere',
      path: 'access.log',
      make: path => symlinkSync('elsewhere', path),
      says: '✗ exists      it is a symlink to elsewhere, which is not there → lead it to a file'
    },
    {
      what: 'a folder',
      path: 'sub',
      make: path => mkdirSync(path),
      says: '✗ file        it is a folder → name files in it: "LOGS/sub/*"'
    },
    {
      what: 'a name that no glob has',
      path: 'acces.log',
      make: path => writeFileSync(path, ''),
      says: '✗ pipeline    web: LOGS/access.log* fits to LOGS and then has access.log*, the path has acces.log → add "LOGS/acces.log", or a glob for it, to source.paths of a pipeline'
    },
    {
      what: 'the nearest of several globs',
      path: 'shop/api.log',
      make(path, logs) {
        mkdirSync(join(logs, 'shop'))
        writeFileSync(path, '')
      },
      says: '✗ pipeline    web: LOGS/*/app.log fits to LOGS/shop and then has app.log, the path has api.log → add "LOGS/shop/api.log", or a glob for it, to source.paths of a pipeline'
    },
    {
      what: 'a name that is excluded',
      path: 'access.log.2.gz',
      make: path => writeFileSync(path, ''),
      says: '✗ exclude     web excludes it: **/*.gz → take the pattern out of source.exclude of web'
    },
    {
      what: 'a file that nobody has seen',
      path: 'access.log',
      make: path => writeFileSync(path, line('/a')),
      says: '✗ identity    no generation of web is this file: it is new → start `sluice run`: it is read from its first byte'
    }
  ]
  test.each(cases)('$what', async ({ path, make, says }) => {
    const installation = installed()
    const { logs } = installation
    make?.(join(logs, path), logs)
    const { code, lines } = await why(installation, join(logs, path))
    expect(lines).toContain(says.replaceAll('LOGS', logs))
    expect(code).toBe(1)
  })

  test('a file and a folder that may not be read', async () => {
    // Root may read everything, unless these rights are taken from it.
    const rights = '-dac_override,-dac_read_search'
    const isRoot = process.getuid?.() === 0
    const through = isRoot ? ['setpriv', `--bounding-set=${rights}`, `--inh-caps=${rights}`] : []
    const installation = installed({}, through)
    writeFileSync(installation.log, line('/a'))
    chmodSync(installation.log, 0o000)
    const file = await why(installation, installation.log)
    expect(file.lines.find(text => text.includes('permission'))).toMatch(/^✗ .* may not read it: its mode is 0 /)
    chmodSync(installation.logs, 0o600)
    const folder = await why(installation, installation.log)
    expect(folder.lines[0]).toMatch(/^✗ permission .* may not look into the folder/)
    chmodSync(installation.logs, 0o700)
  })
})

test('of many pipelines that do not want a file the nearest are told', async () => {
  const installation = installed()
  const { folder, logs } = installation
  mkdirSync(join(logs, 'shop'))
  writeFileSync(join(logs, 'shop/api.log'), '')
  const names = ['a', 'b', 'c', 'd', 'near']
  for (const name of names) {
    const source = { type: 'file', paths: [name === 'near' ? 'logs/shop/*.txt' : `/srv/${name}.log`] }
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ name, source, destination: { dataset: name } }))
  }
  const settings = JSON.parse(readFileSync(join(folder, 'sluice.json'), 'utf8'))
  const pipelines = [...names.map(name => `${name}.json`), 'pipeline.json']
  writeFileSync(join(folder, 'sluice.json'), JSON.stringify({ ...settings, pipelines }))
  const { lines } = await why(installation, join(logs, 'shop/api.log'))
  const told = lines.filter(text => text.includes(' pipeline ')).map(text => text.replace(/ → .*/, ''))
  expect(told.map(text => text.split(':')[0])).toEqual([
    '✗ pipeline    near',
    '✗ pipeline    web',
    '✗ pipeline    a',
    '✗ pipeline    3 more do not want it'
  ])
})

describe('after an import', () => {
  test('a file that no glob wants was named to the command', async () => {
    const installation = installed()
    const other = join(installation.folder, 'other.log')
    writeFileSync(other, line('/a'))
    await installation.sluice('import', other)
    const { code, lines } = await why(installation, other)
    expect(lines).toContain('✓ pipeline    web has read it as a file of another name, or by `import`')
    expect(code).toBe(0)
  })

  test('a file that is read and up to date', async () => {
    const installation = installed()
    const { log, stateDir } = installation
    writeFileSync(log, line('/a'))
    await installation.sluice('import')
    const { code, lines } = await why(installation, log)
    expect(lines).toEqual([
      `✓ exists      ${log}`,
      `✓ file        a regular file of ${line('/a').length} bytes`,
      `✓ pipeline    web wants it: ${log}*`,
      expect.stringMatching(/^✓ permission .* may read it$/),
      expect.stringMatching(/^✓ identity {4}generation [a-z2-7]{16}, known since /),
      `✓ offset      acknowledged to ${line('/a').length} of ${line('/a').length} bytes`,
      `· run         no shipper runs on ${stateDir}: what is written now waits for the next`
    ])
    expect(code).toBe(0)
  })

  test('one that has grown, with no shipper running', async () => {
    const installation = installed()
    writeFileSync(installation.log, line('/a'))
    await installation.sluice('import')
    appendFileSync(installation.log, line('/b'))
    const { code, lines } = await why(installation, installation.log)
    const length = line('/a').length
    expect(lines).toContain(
      `✗ offset      acknowledged to ${length} of ${2 * length} bytes: ${length} are left, of which 0 were seen → start \`sluice run\`: it goes on from there`
    )
    expect(code).toBe(1)
  })

  test('of a compressed file it is its text that counts', async () => {
    const installation = installed()
    const text = line('/a').repeat(100)
    const archive = `${installation.log}.1.zst`
    writeFileSync(archive, zstdCompressSync(text))
    await installation.sluice('import')
    const { code, lines } = await why(installation, archive)
    expect(lines).toContain(`✓ offset      acknowledged to byte ${text.length} of its text, which is all of it`)
    expect(code).toBe(0)
  })

  test('one that was older than is read, until it is rewound', async () => {
    const installation = installed({ ignoreOlderMs: 60_000 })
    const { log, sluice } = installation
    writeFileSync(log, line('/a'))
    utimesSync(log, 0, 0)
    const before = await why(installation, log)
    expect(before.lines.find(text => text.includes(' age '))).toMatch(
      /^✗ .* ignoreOlderMs is 60000 → raise ignoreOlderMs/
    )
    await sluice('import')
    const after = await why(installation, log)
    expect(after.lines.find(text => text.includes(' age '))).toMatch(
      /^✗ .* its first \d+ bytes were left alone: .* → have it read from its first byte with `sluice positions rewind`/
    )
    expect(after.code).toBe(1)
    await sluice('positions', 'rewind', log)
    expect((await sluice('import')).stdout).toContain('web: 1 lines')
    expect((await why(installation, log)).code).toBe(0)
  })

  test('one that was truncated, and a copy', async () => {
    const installation = installed()
    const { log } = installation
    writeFileSync(log, line('/a') + line('/b'))
    await installation.sluice('import')
    copyFileSync(log, `${log}.1`)
    truncateSync(log, 10)
    const cut = await why(installation, log)
    expect(cut.lines.find(text => text.includes('identity'))).toMatch(
      /^✗ .* it was \w{16} and was truncated since: a new/
    )
    const copy = await why(installation, `${log}.1`)
    expect(copy.lines.find(text => text.includes('identity'))).toMatch(
      new RegExp(`^✗ .* it is new, though it begins as ${log} \\(\\w{16}\\) does: perhaps a copy`)
    )
  })
})

test('while a shipper runs its pid is said, and that a line waits for its end', async () => {
  const installation = installed()
  writeFileSync(installation.log, `${line('/a')}half a line`)
  const shipper = installation.run()
  const ask = async () => JSON.parse((await installation.sluice('why', installation.log, '--json')).stdout)
  await expect.poll(ask, { timeout: 30_000, interval: 200 }).toMatchObject({ isRead: true })
  const { steps } = await ask()
  expect(steps).toContainEqual({
    ...{ name: 'offset', isOk: true },
    says: expect.stringContaining('the last line has no newline yet and waits for it')
  })
  expect(steps.at(-1)).toMatchObject({ name: 'run', isOk: true, says: expect.stringContaining(`pid ${shipper.pid}`) })
  await shipper.terminate()
})
