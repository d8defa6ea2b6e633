// One thing changed at a time anywhere in the saved objects, also within the JSON of their strings: each change is one that
// Kibana would take and then show wrong, blank or not at all, and each is told.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { problemsOf } from './checker.ts'

const folder = join(import.meta.dirname, '..', '..', 'kibana', 'saved-objects')
const files: Readonly<Record<string, string>> = Object.fromEntries(
  globSync('*', { cwd: folder }).map(name => [name, readFileSync(join(folder, name), 'utf8')])
)

type Path = readonly (string | number)[]
type Change = (value: never) => unknown
/** Asked for a value that is to be gone. */
const gone: Change = () => undefined

/** A copy with one value changed. Strings on the way are JSON, and a word picks the one of that title from a list. */
function tampered(node: unknown, [step, ...rest]: Path, change: Change): unknown {
  if (step === undefined) return change(structuredClone(node) as never)
  if (typeof node === 'string') return JSON.stringify(tampered(JSON.parse(node), [step, ...rest], change))
  const copy = structuredClone(node) as Record<string | number, unknown>
  const key = Array.isArray(node) && typeof step === 'string' ? node.findIndex(one => one.title === step) : step
  if (!(key in copy)) throw new Error(`there is no ${step}`)
  const value = tampered(copy[key], rest, change)
  if (value === undefined) delete copy[key]
  else copy[key] = value
  return copy
}

/** The bundle with one value of one object changed. */
function bundle(name: string, id: string, path: Path, change: Change): Record<string, string> {
  const lines = (files[name] ?? '').split('\n').slice(0, -1)
  const changed = lines.map(text => {
    const line = JSON.parse(text)
    return JSON.stringify(line.id === id ? tampered(line, path, change) : line)
  })
  return { ...files, [name]: `${changed.join('\n')}\n` }
}
const found = (name: string, id: string, path: Path, change: Change): string =>
  problemsOf(bundle(name, id, path, change)).join('\n')

const panel = (title: string, ...rest: Path): Path => ['attributes', 'panelsJSON', title, ...rest]
const lens = (title: string, ...rest: Path): Path => panel(title, 'embeddableConfig', 'attributes', ...rest)
const layer = (title: string, ...rest: Path): Path =>
  lens(title, 'state', 'datasourceStates', 'formBased', 'layers', 'layer', ...rest)
const column = (title: string, ...rest: Path): Path => layer(title, 'columns', ...rest)
const shown = (title: string, ...rest: Path): Path => lens(title, 'state', 'visualization', ...rest)
const controls = ['attributes', 'controlGroupInput', 'panelsJSON'] as const
const source = ['attributes', 'kibanaSavedObjectMeta', 'searchSourceJSON'] as const
const to =
  (value: unknown): Change =>
  () =>
    value

describe('of the overview', () => {
  test.each<[string, Path, Change, RegExp]>([
    ['its title', ['attributes', 'title'], to(''), /title must NOT have fewer/],
    ['the title of another', ['attributes', 'title'], to('Sluice: web access'), /two of one title/],
    ['its content, and not its mark', ['attributes', 'timeFrom'], to('now-7d'), /its mark is not that of its content/],
    ['its mark', ['attributes', 'description'], (text: string) => text.replace(/ \(.*/, ''), /its mark is not/],
    ['a time that is none', ['attributes', 'timeFrom'], to('yesterday'), /timeFrom must match/],
    ['the time that is restored', ['attributes', 'timeFrom'], gone, /required property 'timeFrom'/],
    ['a refresh without pause', ['attributes', 'refreshInterval', 'value'], to(0), /refreshInterval.value must be >=/],
    ['panels encoded twice', ['attributes', 'panelsJSON'], (text: string) => JSON.stringify(text), /must be array/],
    ['a filter turned around', [...source, 'filter', 0, 'meta', 'negate'], to(true), /negate/],
    ['a filter turned off', [...source, 'filter', 0, 'meta', 'disabled'], to(true), /disabled/],
    ['a filter called otherwise', [...source, 'filter', 0, 'query'], to({ match_all: {} }), /is another query/],
    ['where a filter looks', [...source, 'filter', 0, 'meta', 'indexRefName'], to('x'), /no reference x/],
    ['a control of another id', [...controls, 'log.level', 'explicitInput', 'id'], to('x'), /calls itself x/],
    ['two controls in one place', [...controls, 'log.level', 'order'], to(0), /controls are not in order/],
    ['controls as a list', controls, to('[]'), /controls: must be object/],
    ['a control without field', [...controls, 'log.level', 'explicitInput', 'fieldName'], gone, /fieldName/],
    ['two links of one id', lens('Dashboards', 'links', 1, 'id'), to('sluice-applications'), /two links of one id/],
    ['two links in one place', lens('Dashboards', 'links', 1, 'order'), to(0), /links are not in order/],
    ['a link by another name', lens('Dashboards', 'links', 1, 'label'), to('Home'), /link Home leads to Sluice:/],
    ['a link to nothing', lens('Dashboards', 'links', 1, 'destinationRefName'), to('x'), /no reference dashboards:x/],
    ['a reference of a panel', lens('Records', 'references'), to([]), /no reference indexpattern.* of its own/],
    ['a hole in the grid', panel('Hosts', 'gridData', 'y'), (y: number) => y + 50, /leave holes/],
    ['a heading', panel('Records', 'title'), to(''), /title must NOT have fewer/],
    [
      'a formula of a count',
      column('Share of errors', 'measure1', 'references'),
      to(['measure1X0']),
      /formula of count/
    ],
    [
      'an expression the other way round',
      column('Share of errors', 'measure1X2', 'params', 'tinymathAst', 'args'),
      (args: string[]) => args.toReversed(),
      /made of others than its expression/
    ],
    ['the part of a share', column('Share of errors', 'measure1X0', 'filter'), gone, /no share of a whole/],
    [
      'the KQL of a figure',
      column('Errors', 'measure1', 'filter', 'query'),
      to('log.level: (error or'),
      /KQL.*at column/
    ],
    ['the KQL of a panel', lens('Top messages of errors', 'state', 'query', 'query'), to('a: ('), /KQL.*at column/],
    [
      'values ordered by themselves',
      column('Records by level', 'split1', 'params', 'orderBy', 'columnId'),
      to('split1'),
      /ordered by no measure/
    ],
    [
      'values of several fields',
      column('Records by level', 'split1', 'params', 'parentFormat', 'id'),
      to('multi_terms'),
      /is no terms/
    ],
    [
      'a figure as the time',
      shown('Records by level', 'layers', 0, 'xAccessor'),
      to('measure1'),
      /xAccessor.*other kind/
    ],
    [
      'a split as a figure',
      shown('Records by level', 'layers', 0, 'accessors'),
      to(['split1']),
      /accessors.*other kind/
    ],
    ['the time as a split', shown('Records by level', 'layers', 0, 'splitAccessor'), to('time'), /time twice/],
    [
      'a column not shown',
      shown('Hosts', 'columns'),
      (all: object[]) => all.slice(0, -1),
      /column measure2 is not shown/
    ],
    ['a column shown twice', shown('Hosts', 'columns'), (all: object[]) => [...all, all[0]], /split1 twice/],
    ['an order by nothing', shown('Hosts', 'sorting', 'columnId'), to('x'), /no column x/],
    ['an order of records', lens('Newest errors', 'sort', 0), to(['@timestamp', 'down']), /sort.0.1 must be equal/],
    ['records shown by one field twice', lens('Newest errors', 'columns'), to(['message', 'message']), /message twice/],
    [
      'the KQL of records',
      lens('Newest errors', 'kibanaSavedObjectMeta', 'searchSourceJSON', 'query', 'query'),
      to('a b'),
      /KQL.*at column/
    ]
  ])('%s', (_, path, change, problem) => {
    expect(found('dashboards.ndjson', 'sluice-overview', path, change)).toMatch(problem)
  })
})

describe('of the others', () => {
  const [web, health] = ['sluice-web', 'sluice-health']
  test.each<[string, string, Path, Change, RegExp]>([
    ['a percentile of all', web, column('Time of requests', 'measure2', 'params', 'percentile'), to(100), /percentile/],
    [
      'the KQL of a group',
      web,
      column('Requests by class of status', 'split1', 'params', 'filters', 0, 'input', 'query'),
      to('a >'),
      /KQL.*at column/
    ],
    [
      'a rate of an average',
      health,
      column('Bytes read per second', 'measure1Max', 'operationType'),
      to('average'),
      /counter_rate of average/
    ],
    ['a rate of no time', health, column('Bytes read per second', 'measure1', 'timeScale'), gone, /measure1/],
    [
      'values of two fields',
      health,
      column('Lag in time', 'split1', 'params', 'parentFormat', 'id'),
      to('terms'),
      /no multi_terms/
    ]
  ])('%s', (_, id, path, change, problem) => {
    expect(found('dashboards.ndjson', id, path, change)).toMatch(problem)
  })
})

describe('of data views', () => {
  test.each<[string, Path, Change, RegExp]>([
    ['the pattern', ['attributes', 'title'], to(''), /title must NOT have fewer/],
    [
      'a field that is worked out',
      ['attributes', 'runtimeFieldMap'],
      to('{"x":{"type":"keyword","script":{"source":"1"}}}'),
      /no runtime field x/
    ],
    ['its script', ['attributes', 'runtimeFieldMap', 'message_short', 'script'], to({}), /required property 'source'/],
    ['the unit of durations', ['attributes', 'fieldFormatMap', 'event.duration', 'params'], to({}), /event.duration/],
    ['a list of fields', ['attributes'], (one: object) => ({ ...one, fields: '[]' }), /fields/]
  ])('%s', (_, path, change, problem) => {
    expect(found('data-views.ndjson', 'sluice-logs', path, change)).toMatch(problem)
  })
})

test.each<[string, (text: string) => string, RegExp]>([
  ['a blank line', text => text.replace('\n', '\n\n'), /a blank line/],
  ['a byte order mark', text => `\ufeff${text}`, /not valid JSON/],
  ['the summary of an export', text => `${text}{"exportedCount":7}\n`, /required property 'type'/],
  ['an end without newline', text => text.slice(0, -1), /last line does not end/],
  ['keys in another spelling', text => text.replace('{"type":', '{ "type":'), /not in the one spelling/]
])('of the file: %s', (_, change, problem) => {
  const name = 'dashboards.ndjson'
  expect(problemsOf({ ...files, [name]: change(files[name] ?? '') }).join('\n')).toMatch(problem)
})
