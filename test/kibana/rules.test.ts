// The rules that alert, held against what Kibana takes, and against a stand-in that refuses the rest: they are made once,
// and what somebody has made of them stays.
import { describe, expect, test } from 'vitest'
import { ensureRule, type KibanaOptions, ruleBody, rulesFor } from '#kibana'
import { ruleProblems } from './rule-schemas.ts'
import { type StandIn, standIn } from './stand-in.ts'

const rules = rulesFor([
  { pipeline: 'web', index: 'logs-web-default' },
  { pipeline: 'app', index: 'logs-app-default' }
])
const made = { rule_type_id: '.es-query', consumer: 'stackAlerts', enabled: true }
const optionsOf = ({ url }: StandIn, more: Partial<KibanaOptions> = {}): KibanaOptions => {
  return { url, space: 'default', rules: true, username: 'elastic', password: 'secret', ...more }
}
const [first] = rules
if (first === undefined) throw new Error('there are no rules')

test('there is one for errors, one for dead letters, and one for the silence of each stream', () => {
  expect(rules.map(({ id }) => id)).toEqual([
    'sluice-errors',
    'sluice-dead-letters',
    'sluice-silence-web',
    'sluice-silence-app'
  ])
})

describe.each(rules.map(rule => [rule.id, rule] as const))('%s', (_, rule) => {
  test('is as Kibana takes it, made and changed', () => {
    expect(ruleProblems('POST', { ...ruleBody(rule), ...made })).toEqual([])
    expect(ruleProblems('PUT', ruleBody(rule))).toEqual([])
  })
})

test.each<[string, 'POST' | 'PUT', object, RegExp]>([
  ['the type of the rule is missing', 'POST', { rule_type_id: undefined }, /rule_type_id/],
  ['a change would turn it on', 'PUT', { enabled: true }, /enabled/],
  ['the interval is no duration', 'POST', { schedule: { interval: '1 minute' } }, /schedule\.interval/],
  ['a key is not known', 'POST', { throttle: '5m' }, /throttle/],
  ['there is no index', 'POST', { params: { index: [] } }, /params\.index/],
  ['the query is an object', 'POST', { params: { esQuery: { query: {} } } }, /esQuery/],
  ['the query has no query', 'POST', { params: { esQuery: '{"bool":{}}' } }, /must contain "query"/],
  ['the query is no JSON', 'POST', { params: { esQuery: '{' } }, /must be valid JSON/],
  ['it shows more than Elasticsearch gives', 'POST', { params: { size: 10_001 } }, /size/],
  ['the unit is a word', 'POST', { params: { timeWindowUnit: 'minutes' } }, /timeWindowUnit/],
  ['it compares with two figures', 'POST', { params: { threshold: [1, 2] } }, /threshold/],
  ['it compares otherwise', 'POST', { params: { thresholdComparator: 'is above' } }, /thresholdComparator/],
  ['groups have no size', 'POST', { params: { groupBy: 'top', termField: 'a', termSize: undefined } }, /termSize/],
  ['there are too many groups', 'POST', { params: { termSize: 5_000 } }, /termSize/],
  ['a sum is of nothing', 'POST', { params: { aggType: 'sum' } }, /aggField/]
])('it would be refused where %s', (_, method, { params = {}, ...change }: { params?: object }, problem) => {
  const body = ruleBody(first)
  const whole = { ...body, ...(method === 'POST' && made), ...change, params: { ...body.params, ...params } }
  expect(ruleProblems(method, JSON.parse(JSON.stringify(whole))).join('\n')).toMatch(problem)
})

test('they are made once, and stay as somebody has changed them unless that is forced', async () => {
  const kibana = await standIn()
  const options = optionsOf(kibana)
  const ensured = (isForced = false) => Promise.all(rules.map(rule => ensureRule(options, rule, { isForced })))
  const dry = await Promise.all(rules.map(rule => ensureRule(options, rule, { isDry: true })))
  expect([dry, kibana.rules.size]).toEqual([Array(4).fill('created'), 0])
  expect(await ensured()).toEqual(Array(4).fill('created'))
  expect(await ensured()).toEqual(Array(4).fill('same'))
  expect(kibana.rules.size).toBe(4)
  const errors = kibana.rules.get('sluice-errors')
  kibana.rules.set('sluice-errors', { ...errors, schedule: { interval: '5m' }, enabled: false })
  expect(await ensured()).toEqual(['kept', 'same', 'same', 'same'])
  expect(await ensured(true)).toEqual(['updated', 'same', 'same', 'same'])
  expect(kibana.rules.get('sluice-errors')).toMatchObject({ schedule: { interval: '1m' }, enabled: false })
})

test('one that somebody else made meanwhile is taken as it is, and another space has rules of its own', async () => {
  const kibana = await standIn()
  kibana.spaces.set('ops', new Map())
  expect(await ensureRule(optionsOf(kibana), first)).toBe('created')
  kibana.hiddenRules = 1
  expect(await ensureRule(optionsOf(kibana), first)).toBe('same')
  expect(await ensureRule(optionsOf(kibana, { space: 'ops' }), first)).toBe('created')
  expect([...kibana.rules.keys()]).toEqual(['sluice-errors', 'sluice-errors-ops'])
})

test('what Kibana refuses is said with the rule', async () => {
  const kibana = await standIn()
  const work = ensureRule(optionsOf(kibana), { ...first, minutes: 0 })
  await expect(work).rejects.toThrow(/cannot make the rule sluice-errors: Kibana answered 400: .*timeWindowSize/)
  kibana.canEncrypt = false
  await expect(ensureRule(optionsOf(kibana), first)).rejects.toThrow(
    /Kibana answered 500: .*missing encryption key.*xpack\.encryptedSavedObjects\.encryptionKey/
  )
})
