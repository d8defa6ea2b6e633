// What is wrong in a dashboard that a person writes is said before it gets anywhere.
import { describe, expect, test } from 'vitest'
import { checkFields, kqlQuery, readDashboard } from '#kibana'

const panel = { show: 'number', title: 'A', measure: { of: 'count' }, size: [12, 7] }
const dashboard = (more: object = {}) =>
  JSON.stringify({ id: 'a', title: 'A', description: '', panels: [panel], ...more })
const sources = [
  { name: 'web', types: { 'log.level': 'keyword', message: 'match_only_text', 'http.bytes': 'long' } as const },
  { name: 'app', types: { 'log.logger': 'keyword' } as const }
]
const check = (more: object) => () => checkFields(readDashboard(dashboard(more), 'a.json'), sources)

describe('a dashboard is refused', () => {
  test.each<[string, string, string]>([
    ['that is no JSON', '{', 'a.json: '],
    [
      'with a key that there is not',
      dashboard({ owner: 'me' }),
      'a.json: the dashboard must NOT have additional properties (owner)'
    ],
    [
      'with a panel that there is not',
      dashboard({ panels: [{ ...panel, show: 'pie' }] }),
      'panels.0 value of tag "show" must be in oneOf (pie)'
    ],
    [
      'with a measure without its field',
      dashboard({ panels: [{ ...panel, measure: { of: 'sum' } }] }),
      "panels.0.measure must have required property 'field'"
    ],
    [
      'with a panel wider than the grid',
      dashboard({ panels: [{ ...panel, size: [60, 7] }] }),
      'panels.0.size.0 must be <= 48'
    ]
  ])('%s', (_, text, message) => {
    expect(() => readDashboard(text, 'a.json')).toThrow(message)
  })

  test.each<[string, object, string]>([
    [
      'with a field that no pipeline declares',
      { panels: [{ ...panel, measure: { of: 'sum', field: 'http.byte' } }] },
      'panel "A": no pipeline declares http.byte'
    ],
    ['with a filter of such a field', { filter: 'log.lvl: error' }, 'filter: no pipeline declares log.lvl'],
    [
      'with a sum of words',
      { panels: [{ ...panel, measure: { of: 'sum', field: 'log.level' } }] },
      'log.level is keyword; allowed: long, double'
    ],
    [
      'that tells texts apart',
      { controls: [{ field: 'message', title: 'M' }] },
      'controls: message is match_only_text'
    ],
    [
      'with fields that no pipeline has together',
      {
        panels: [
          {
            show: 'table',
            title: 'A',
            splits: [{ fields: ['log.level'] }, { fields: ['log.logger'] }],
            measures: [{ of: 'count' }],
            size: [12, 7]
          }
        ]
      },
      'no pipeline declares all of log.level, log.logger'
    ],
    ['with two panels of one title', { panels: [panel, { ...panel, title: 'a!' }] }, 'its title is too like "A"'],
    [
      'with a rate and no time',
      { panels: [{ ...panel, measure: { of: 'rate', field: 'http.bytes' } }] },
      'a rate is shown over time only'
    ]
  ])('%s', (_, more, message) => {
    expect(check(more)).toThrow(message)
  })
})

test('a field that no pipeline declares is taken with the type that the dashboard gives it', () => {
  const panels = [
    { ...panel, measure: { of: 'sum', field: 'cart.total' } },
    {
      show: 'table',
      title: 'B',
      splits: [{ fields: ['cart.kind', 'log.level'] }],
      measures: [{ of: 'count' }],
      size: [12, 7]
    }
  ]
  expect(check({ panels })).toThrow('panel "A": no pipeline declares cart.total')
  expect(check({ panels, fields: { 'cart.total': 'double', 'cart.kind': 'keyword' } })()).toMatchObject({
    'cart.total': 'double',
    'cart.kind': 'keyword'
  })
  expect(check({ panels, fields: { 'cart.total': 'keyword', 'cart.kind': 'keyword' } })).toThrow(
    'panel "A": cart.total is keyword; allowed: long, double'
  )
  expect(check({ fields: { 'cart.total': 'number' } })).toThrow('fields.cart.total')
})

describe('KQL', () => {
  const match = (field: string, value: string) => ({ match: { [field]: value } })
  test.each<[string, object]>([
    ['a: b', match('a', 'b')],
    ['a: "b c"', { match_phrase: { a: 'b c' } }],
    ['a: *', { exists: { field: 'a' } }],
    ['a: b*', { query_string: { fields: ['a'], query: 'b*' } }],
    ['a >= 5', { range: { a: { gte: '5' } } }],
    ['not a: b', { bool: { must_not: match('a', 'b') } }],
    ['a: (b or c)', { bool: { should: [match('a', 'b'), match('a', 'c')], minimum_should_match: 1 } }],
    [
      'a: b or c: d and not e: f',
      {
        bool: {
          should: [match('a', 'b'), { bool: { filter: [match('c', 'd'), { bool: { must_not: match('e', 'f') } }] } }],
          minimum_should_match: 1
        }
      }
    ],
    [
      '(a: b or c: d) AND e: f',
      {
        bool: {
          filter: [{ bool: { should: [match('a', 'b'), match('c', 'd')], minimum_should_match: 1 } }, match('e', 'f')]
        }
      }
    ]
  ])('%s', (text, query) => {
    expect(kqlQuery(text)).toEqual(query)
  })

  test.each<[string, string]>([
    ['a', 'the end at column 2; allowed: ":" or a comparison'],
    ['a: (b', 'the end at column 6; allowed: ")"'],
    ['a: b c', '"c" at column 6; allowed: "and", "or" or the end'],
    ['a: "b', 'column 4 is not understood'],
    ['a: and', '"and" at column 4; allowed: a value']
  ])('%s is refused', (text, message) => {
    expect(() => kqlQuery(text)).toThrow(message)
  })
})
