// What the commands say and exit with before anything is shipped: help, version, what `check` finds, wrong usage.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { read } from '../repository/files.ts'

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

/** A new folder with these files in it, gone after the test. */
function folderWith(files: Readonly<Record<string, object | string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-cli-')))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return folder
}

/** Runs `sluice` in a folder to its end. */
function sluice(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning']
  const options = { cwd, env: { ...process.env, ...env }, encoding: 'utf8', timeout: 15_000 } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, MAIN, ...args], options)
  return { code: status, stdout, stderr }
}

const web = {
  name: 'web',
  source: { type: 'file', paths: ['logs/*.log'] },
  parse: [{ format: 'nginx' }],
  destination: { dataset: 'nginx.access' }
}
const settings = { pipelines: ['web.json'], stateDir: 'state' }
const sound = { 'sluice.json': settings, 'web.json': web }

describe('help and version', () => {
  test('help names the commands and exits with 0', () => {
    const { code, stdout, stderr } = sluice(tmpdir(), ['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const command of ['run', 'import', 'check', 'demo']) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
  })

  test.each(['run', 'import', 'check'])('help of %s says what it does and takes', command => {
    const { code, stdout } = sluice(tmpdir(), [command, '--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(`Usage: sluice ${command}`)
    expect(stdout).toMatch(/-c, --config <file>/)
    expect(stdout).toMatch(/-p, --pipeline <file/)
  })

  test('version is that of the package', () => {
    const { version } = JSON.parse(read('package.json'))
    expect(sluice(tmpdir(), ['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })
})

describe('check', () => {
  test('says what would be read, where it would go and where positions are kept', () => {
    const folder = folderWith(sound)
    const { code, stdout, stderr } = sluice(folder, ['check'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.split('\n')).toEqual([
      `settings    ${folder}/sluice.json`,
      'ships to    http://localhost:9200',
      `state in    ${folder}/state`,
      `pipeline    web: ${folder}/logs/*.log → logs-nginx.access-default  (web.json)`,
      'all is right with 1 pipeline',
      ''
    ])
  })

  test('prints everything with its defaults as JSON, and no secret', () => {
    const elasticsearch = { username: 'shipper', password: '${SLUICE_PASSWORD}' }
    const folder = folderWith({ ...sound, 'sluice.json': { ...settings, elasticsearch } })
    const { code, stdout } = sluice(folder, ['check', '--json'], { SLUICE_PASSWORD: 'open sesame' })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      settings: { elasticsearch, drainMs: 30_000 },
      pipelines: [{ name: 'web', frame: { maxLineBytes: 1_048_576 } }]
    })
    expect(stdout).not.toContain('sesame')
  })

  test('names every mistake of every file by line and column, and exits with 2', () => {
    const folder = folderWith({
      'sluice.json': '{\n  "pipelines": ["web.json"],\n  "drainMS": 5\n}',
      'web.json': { ...web, name: '' }
    })
    const { code, stdout, stderr } = sluice(folder, ['check'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^sluice\.json:3:3: .*drainMS.*did you mean "drainMs"/m)
    expect(stderr).toMatch(/^web\.json:1:\d+: name/m)
  })

  test('takes files of any name, and says so where there are no pipelines', () => {
    const folder = folderWith({ 'other.json': { stateDir: 'elsewhere' }, 'web.json': web })
    expect(sluice(folder, ['check', '-c', 'other.json', '-p', 'web.json'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`state in    ${folder}/elsewhere`)
    })
    expect(sluice(folder, ['check'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('no pipelines: nothing would be shipped')
    })
  })
})

describe('wrong usage exits with 2 and a message on standard error', () => {
  const cases: { when: string; files?: Record<string, object | string>; args: string[]; says: RegExp }[] = [
    { when: 'no command', args: [], says: /^Usage: sluice/ },
    { when: 'an unknown command', args: ['rnu'], says: /unknown command 'rnu'/ },
    { when: 'an unknown option', args: ['run', '--verbose'], says: /unknown option '--verbose'/ },
    { when: 'an option without its value', args: ['check', '-c'], says: /argument missing/ },
    { when: 'settings that are not there', args: ['run', '-c', 'no.json'], says: /^no\.json:1:1: no such file/ },
    { when: 'a pipeline that is not there', args: ['run', '-p', 'no.json'], says: /^no\.json:1:1: no such file/ },
    {
      when: 'settings that are no JSON',
      files: { 'sluice.json': '{' },
      args: ['run'],
      says: /^sluice\.json:\d+:\d+: /
    },
    { when: 'run without a pipeline', args: ['run'], says: /there is no pipeline to run: name one with -p/ },
    { when: 'import without a pipeline', args: ['import', 'a.log'], says: /there is no pipeline to import with/ },
    {
      when: 'import of files with several pipelines',
      files: { 'a.json': web, 'b.json': { ...web, name: 'api' } },
      args: ['import', 'a.log', '-p', 'a.json', '-p', 'b.json'],
      says: /2 pipelines to read them \(web, api\): choose one with -p/
    },
    {
      when: 'a pattern that cannot be read',
      files: { ...sound, 'web.json': { ...web, parse: [{ format: 'nginx', pattern: '$status$body_bytes_sent' }] } },
      args: ['run'],
      says: /^web\.json:1:\d+: parse/
    },
    {
      when: 'a condition that cannot be read',
      files: { ...sound, 'web.json': { ...web, enrich: [{ drop: { if: 'ctx.a ==' } }] } },
      args: ['run'],
      says: /^web\.json:1:\d+: enrich/
    }
  ]
  test.each(cases)('$when', ({ files = {}, args, says }) => {
    const { code, stdout, stderr } = sluice(folderWith(files), args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(says)
    expect(stderr).not.toMatch(/\n\s+at /)
  })
})

test('what cannot be opened exits with 1 and says which folder', () => {
  const folder = folderWith({ ...sound, state: 'in the way' })
  const { code, stderr } = sluice(folder, ['run'])
  expect(code).toBe(1)
  expect(stderr).toMatch(`cannot make the state folder ${folder}/state`)
})
