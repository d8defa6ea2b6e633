// What reaches Kibana and what does not, against a stand-in that refuses as Kibana does.
import { describe, expect, test } from 'vitest'
import { dataViews, exported, type KibanaOptions, planPush, push, readNdjson, untilReady } from '#kibana'
import { read } from '../repository/files.ts'
import { type StandIn, standIn } from './stand-in.ts'

const dashboards = readNdjson(read('kibana/saved-objects/dashboards.ndjson'))
const all = [...dataViews(), ...dashboards]
const optionsOf = ({ url }: StandIn, more: Partial<KibanaOptions> = {}): KibanaOptions => {
  return { url, space: 'default', rules: false, username: 'elastic', password: 'secret', ...more }
}

async function pushed(options: KibanaOptions, objects = all, isForced = false): Promise<Record<string, number>> {
  const planned = await planPush(options, objects, isForced)
  await push(options, planned)
  const counts: Record<string, number> = {}
  for (const { standing, isWritten } of planned) {
    const name = `${standing}${isWritten ? ' written' : ''}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

/** As somebody who gives a dashboard another title does. */
function edit(kibana: StandIn, id: string, space = 'default'): void {
  const objects = kibana.spaces.get(space)
  const object = objects?.get(`dashboard:${id}`)
  if (objects && object)
    objects.set(`dashboard:${id}`, { ...object, attributes: { ...object.attributes, title: 'mine' } })
}

test('Kibana is waited for while it starts, and its version and base path are found', async () => {
  const kibana = await standIn('/logs/kibana')
  kibana.starting = 2
  expect(await untilReady(optionsOf(kibana), 20_000)).toBe('9.1.0')
  expect(kibana.asked).toEqual(Array(3).fill('GET /logs/kibana/api/status'))
})

test('a Kibana that does not come, one that is too old and one that does not know us are told apart', async () => {
  const kibana = await standIn()
  kibana.starting = 99
  await expect(untilReady(optionsOf(kibana), 0)).rejects.toThrow(
    /was not ready in time: 503 Kibana server is not ready/
  )
  kibana.starting = 0
  kibana.version = '8.14.3'
  await expect(untilReady(optionsOf(kibana), 0)).rejects.toThrow('Kibana is of version 8.14.3; allowed: 8.15 and later')
  const stranger = optionsOf(kibana, { password: 'wrong' })
  await expect(untilReady(stranger, 0)).rejects.toThrow(/401.*check apiKey, or username and password/)
})

test('everything is written once, and a second push finds it the same', async () => {
  const kibana = await standIn()
  expect(await pushed(optionsOf(kibana))).toEqual({ 'new written': all.length })
  expect(await pushed(optionsOf(kibana, { username: undefined, apiKey: 'a2V5OnNlY3JldA==' } as never))).toEqual({
    same: all.length
  })
  expect(kibana.asked.filter(one => one.includes('_import'))).toEqual([
    'POST /api/saved_objects/_import?overwrite=false',
    'POST /api/saved_objects/_import?overwrite=false'
  ])
})

test('what an earlier version has pushed is replaced, what somebody has edited is not, unless it is forced', async () => {
  const kibana = await standIn()
  const [first, second] = dashboards
  await pushed(optionsOf(kibana))
  edit(kibana, first?.id ?? '')
  expect(await pushed(optionsOf(kibana))).toEqual({ same: all.length - 1, edited: 1 })
  const newer = all.map(object => (object.id === second?.id ? newerOf(object.id) : object))
  expect(await pushed(optionsOf(kibana), newer)).toEqual({ same: all.length - 2, edited: 1, 'outdated written': 1 })
  expect(kibana.spaces.get('default')?.get(`dashboard:${first?.id}`)?.attributes.title).toBe('mine')
  expect(await pushed(optionsOf(kibana), newer, true)).toEqual({ same: all.length - 1, 'edited written': 1 })
  expect(await pushed(optionsOf(kibana), newer)).toEqual({ same: all.length })
})

/** Another dashboard under the id of one. */
function newerOf(id: string) {
  const other = dashboards.at(-1)
  if (other === undefined) throw new Error('there are no dashboards')
  return { ...other, id }
}

test('a data view that is there keeps what its user has put into it', async () => {
  const kibana = await standIn()
  const [view] = dataViews()
  const objects = kibana.spaces.get('default')
  const attributes = { ...view?.attributes, fieldFormatMap: '{"a":{"id":"bytes"}}' }
  if (view) objects?.set(`index-pattern:${view.id}`, { ...view, attributes })
  await pushed(optionsOf(kibana))
  expect(objects?.get(`index-pattern:${view?.id}`)?.attributes).toEqual(attributes)
})

test('another space is made where it is not there, and has ids of its own', async () => {
  const kibana = await standIn()
  await pushed(optionsOf(kibana))
  const options = optionsOf(kibana, { space: 'ops' })
  await untilReady(options, 0)
  expect(await pushed(options)).toEqual({ 'new written': all.length })
  expect(await pushed(options)).toEqual({ same: all.length })
  edit(kibana, 'sluice-web-ops', 'ops')
  expect(await pushed(options)).toEqual({ same: all.length - 1, edited: 1 })
  const ids = (await exported(options)).flatMap(({ id, references }) => [id, ...references.map(one => one.id)])
  expect(ids.every(id => id.endsWith('-ops'))).toBe(true)
})

describe('an import is not believed', () => {
  test('where Kibana says 200 and has written nothing', async () => {
    const kibana = await standIn()
    const error = 'Kibana has written nothing\n  dashboard sluice-web: missing_references sluice-logs'
    const web = dashboards.filter(({ id }) => id === 'sluice-web')
    await expect(pushed(optionsOf(kibana), web)).rejects.toThrow(error)
    expect(kibana.spaces.get('default')?.size).toBe(0)
  })

  const one = { type: 'index-pattern', id: 'sluice-logs' }
  test.each([
    [
      'an object failed',
      200,
      { success: false, errors: [{ ...one, error: { type: 'unknown', message: 'mapping set to strict' } }] },
      /has not written all\n {2}index-pattern sluice-logs: unknown mapping set to strict/
    ],
    [
      'an object became another',
      200,
      { success: true, successResults: [{ ...one, destinationId: 'x' }] },
      /another space has it, and it became x/
    ],
    ['it says nothing of success', 200, {}, /has not written all/],
    ['it may not be done', 403, { message: 'Forbidden' }, /403: Forbidden; the user needs all rights/],
    [
      'the stamp is too new',
      422,
      { message: 'belongs to a more recent version of Kibana' },
      /422: belongs to a more recent/
    ],
    ['a migration broke', 500, { message: 'An internal server error occurred.' }, /500: An internal server error/],
    ['a proxy answers', 502, '<html>', /502: <html>/]
  ])('where %s', async (_, status, body, problem) => {
    const kibana = await standIn()
    kibana.instead.push({ status, body })
    await expect(pushed(optionsOf(kibana))).rejects.toThrow(problem)
  })
})
