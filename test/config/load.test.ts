// What a right configuration becomes: defaults filled in, paths absolute, secrets in place and out of sight.

import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { loadConfig } from '#config'
import { folderWith, load, pipeline } from './folder.ts'

describe('settings', () => {
  test('without a file are all defaults, from the working directory', async () => {
    const folder = folderWith({ 'pipelines/web.json': pipeline() })
    vi.spyOn(process, 'cwd').mockReturnValue(folder)
    const { settingsFile, settings, pipelines } = await loadConfig({ env: {} })
    vi.restoreAllMocks()
    expect(settingsFile).toBeUndefined()
    expect(settings).toMatchObject({
      elasticsearch: { nodes: ['http://localhost:9200'], verifyCertificates: true, bulk: { maxInFlight: 4 } },
      stateDir: join(folder, 'sluice-state'),
      budgetBytes: 67_108_864,
      batch: { maxCount: 2_000, maxBytes: 4_194_304, maxAgeMs: 1_000 },
      host: 'name',
      drainMs: 30_000,
      log: { level: 'info' }
    })
    expect(pipelines.map(({ name }) => name)).toEqual(['web'])
  })

  test('in sluice.json of the working directory are used without being asked for', async () => {
    const folder = folderWith({ 'sluice.json': { drainMs: 5 } })
    vi.spyOn(process, 'cwd').mockReturnValue(folder)
    const { settingsFile, settings, pipelines } = await loadConfig({ env: {} })
    vi.restoreAllMocks()
    expect(settingsFile).toBe(join(folder, 'sluice.json'))
    expect(settings.drainMs).toBe(5)
    expect(pipelines).toEqual([])
  })

  test('may hold comments, trailing commas and a byte order mark', async () => {
    const folder = folderWith({ 'sluice.json': '\uFEFF{ // the state\n "stateDir": "s", /* no more */ }' })
    expect((await load(folder)).settings.stateDir).toBe(join(folder, 's'))
  })

  test('give paths that count from their own file', async () => {
    const folder = folderWith({
      'etc/sluice.json': { stateDir: '../state', elasticsearch: { caFile: 'ca.pem' }, pipelines: ['../conf/*.json'] },
      'etc/ca.pem': 'certificate',
      'conf/web.json': pipeline()
    })
    const { settings, pipelines } = await loadConfig({ settingsFile: join(folder, 'etc/sluice.json'), env: {} })
    expect(settings.stateDir).toBe(join(folder, 'state'))
    expect(settings.elasticsearch.caFile).toBe(join(folder, 'etc/ca.pem'))
    expect(settings.pipelines).toEqual([join(folder, 'conf/*.json')])
    expect(pipelines.map(({ file }) => file)).toEqual([join(folder, 'conf/web.json')])
  })
})

describe('pipelines', () => {
  test('take what they do not say from defaults and settings', async () => {
    const folder = folderWith({
      'sluice.json': { batch: { maxCount: 7, maxAgeMs: 70 } },
      'pipelines/web.json': pipeline({ batch: { maxAgeMs: 20 } })
    })
    expect((await load(folder)).pipelines).toMatchObject([
      {
        name: 'web',
        file: join(folder, 'pipelines/web.json'),
        source: {
          type: 'file',
          paths: ['/var/log/web.log'],
          exclude: [],
          compression: 'auto',
          startAt: 'beginning',
          sweepMs: 1_000,
          closeInactiveMs: 300_000,
          maxReadAheadBytes: 16_777_216
        },
        frame: { maxLineBytes: 1_048_576, encoding: 'utf-8' },
        parse: [],
        enrich: [],
        destination: { dataset: 'web', namespace: 'default' },
        batch: { maxCount: 7, maxBytes: 4_194_304, maxAgeMs: 20 },
        tests: []
      }
    ])
  })

  test('read relative globs from their folder, and excluded names without a folder anywhere', async () => {
    const source = { type: 'file', paths: ['../logs/*.log', '/a/*.log'], exclude: ['*.gz', '**/old/*', './x.log'] }
    const folder = folderWith({ 'sluice.json': {}, 'pipelines/web.json': pipeline({ source }) })
    const [web] = (await load(folder)).pipelines
    expect(web?.source.paths).toEqual([join(folder, 'logs/*.log'), '/a/*.log'])
    expect(web?.source.exclude).toEqual(['**/*.gz', '**/old/*', join(folder, 'pipelines/x.log')])
  })

  test('in a folder whose name looks like a glob are found, and what is special in it stands for itself', async () => {
    const folder = folderWith({
      'a [1]/sluice.json': {},
      'a [1]/pipelines/web.json': pipeline({ source: { type: 'file', paths: ['*.log'] } })
    })
    const { pipelines } = await loadConfig({ settingsFile: join(folder, 'a [1]/sluice.json'), env: {} })
    expect(pipelines[0]?.source.paths).toEqual([`${folder}/a \\[1\\]/pipelines/*.log`])
  })

  test('are loaded once and in order, and the settings beside them are none', async () => {
    const folder = folderWith({
      'sluice.json': { pipelines: ['b.json', '*.json'] },
      'a.json': pipeline({ name: 'a' }),
      'b.json': pipeline({ name: 'b' })
    })
    expect((await load(folder)).pipelines.map(({ name }) => name)).toEqual(['b', 'a'])
  })

  test('that are named take the place of those of the settings', async () => {
    const folder = folderWith({
      'sluice.json': { pipelines: ['nowhere.json'] },
      'mine.json': pipeline({ name: 'mine' })
    })
    const { pipelines } = await loadConfig({
      settingsFile: join(folder, 'sluice.json'),
      pipelineFiles: [join(folder, 'mine.json')],
      env: {}
    })
    expect(pipelines.map(({ name }) => name)).toEqual(['mine'])
  })
})

describe('secrets', () => {
  const files = {
    'sluice.json': {
      elasticsearch: {
        nodes: ['https://${ES_HOST}:9200'],
        username: 'cost$${centre}',
        password: '${file:password}'
      }
    },
    password: 'p/ss "word"\n',
    'pipelines/web.json': pipeline({ destination: { dataset: 'web', namespace: '${STAGE}' } })
  }
  const env = { ES_HOST: 'es', STAGE: 'dev' }

  test('come from the environment and from files, without the last newline', async () => {
    const { settings, pipelines } = await load(folderWith(files), env)
    expect(settings.elasticsearch).toMatchObject({
      nodes: ['https://es:9200'],
      username: 'cost${centre}',
      password: 'p/ss "word"'
    })
    expect(pipelines[0]?.destination.namespace).toBe('dev')
  })

  test('are described by their placeholders', async () => {
    const config = await load(folderWith(files), env)
    expect(config.describe()).toMatchObject({
      settings: { elasticsearch: { nodes: ['https://${ES_HOST}:9200'], password: '${file:password}' } },
      pipelines: [{ destination: { dataset: 'web', namespace: '${STAGE}' } }]
    })
    expect(JSON.stringify(config.describe())).not.toContain('p/ss')
  })

  test('that are written out are hidden all the same', async () => {
    const config = await load(folderWith({ 'sluice.json': { elasticsearch: { apiKey: 'VnVhQ2ZHY0JDZGJrUW0=' } } }))
    expect(config.describe()).toMatchObject({ settings: { elasticsearch: { apiKey: '(hidden)' } } })
    expect(config.redact('ApiKey VnVhQ2ZHY0JDZGJrUW0=')).toBe('ApiKey (hidden)')
  })

  test.each([
    ['as they are', 'wrong password p/ss "word"!', 'wrong password ${file:password}!'],
    ['as JSON', String.raw`{"p":"p/ss \"word\""}`, '{"p":"${file:password}"}'],
    ['in a URL', 'http://u:p%2Fss%20%22word%22@es:9200', 'http://u:${file:password}@${ES_HOST}:9200'],
    ['when short, only as a word', 'requests of devices, dev', 'requests of devices, ${STAGE}']
  ])('are taken out of a text %s', async (_, text, redacted) => {
    const { redact } = await load(folderWith(files), env)
    expect(redact(text)).toBe(redacted)
  })

  test('are not looked for in patterns, which are written with ${name} too', async () => {
    const source = { type: 'file', paths: ['/var/log/${app}.log'] }
    const folder = folderWith({ 'sluice.json': {}, 'pipelines/web.json': pipeline({ source }) })
    expect((await load(folder)).pipelines[0]?.source.paths).toEqual(['/var/log/${app}.log'])
  })
})
