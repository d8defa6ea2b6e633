// The two ways from a line to its document say the same: whatever the interpreter makes of a line, the generated way makes
// too, or leaves it to the interpreter.

import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type EnrichEntry, plainSteps } from '#enrich'
import { type ParseEntry, parsers } from '#parse'
import { type Line, offset } from '#record'
import { createDirect } from '../../src/pipeline/direct.ts'
import type { Place } from '../../src/pipeline/document.ts'
import { apart, document, documents, gathering, generation, inFile, lineOf, place } from './ways.ts'

const fixtures = join(import.meta.dirname, '..', 'fixtures')
const folders = globSync('*/pipeline.json', { cwd: fixtures }).map(dirname)
const samples = folders.map(name => ({
  name: basename(name),
  entries: (JSON.parse(readFileSync(join(fixtures, name, 'pipeline.json'), 'utf8')).parse ?? []) as ParseEntry[],
  texts: readFileSync(join(fixtures, name, 'input.log'), 'utf8').split(/\n(?=\S)/)
}))

const places: Place[] = [place, { ...place, pathFields: { service: { name: 'shop' }, host: { name: 'web"1' } } }]

describe('both ways say the same', () => {
  test.each(samples)('of the lines of $name', ({ entries, texts }) => {
    const lines = texts.map(lineOf)
    expect(documents(entries, lines, 'both')).toEqual(documents(entries, lines, 'slow'))
  })

  test.each(samples)('of the lines of $name, of whose bytes documents are made', ({ entries, texts }) => {
    for (const newline of ['\n', '\r\n']) {
      const lines = inFile(texts, newline)
      expect(documents(entries, lines, 'both')).toEqual(documents(entries, apart(lines), 'slow'))
    }
  })

  test('of lines that were tampered with, under every format', () => {
    const tampered = fc.record({
      sample: fc.constantFrom(...samples),
      at: fc.constantFrom(...places),
      isInFile: fc.boolean(),
      picks: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(4), fc.string({ unit: 'binary', maxLength: 4 })), {
        maxLength: 6
      })
    })
    fc.assert(
      fc.property(tampered, ({ sample, at, isInFile, picks }) => {
        const texts = picks.map(([index, column, removed, added]) => {
          const text = sample.texts[index % sample.texts.length] ?? ''
          const cut = column % (text.length + 1)
          return (text.slice(0, cut) + added + text.slice(cut + removed)).toWellFormed()
        })
        const lines = inFile(texts, '\n')
        const made = documents(sample.entries, isInFile ? lines : apart(lines), 'both', { at })
        expect(made).toEqual(documents(sample.entries, apart(lines), 'slow', { at }))
      }),
      { numRuns: 500 }
    )
  })

  test('of lines that were tampered with, under random processors', () => {
    const declaring = samples.filter(({ entries }) => parsers(entries).parsers[0]?.read !== undefined)
    const anywhere = fc.constantFrom(...declaring).chain(sample => {
      const picks = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.string({ unit: 'binary', maxLength: 2 })), {
        maxLength: 8
      })
      return fc.record({
        sample: fc.constant(sample),
        enrich: fc.array(processorOf(sample), { minLength: 1, maxLength: 3 }),
        at: fc.constantFrom(...places),
        isInFile: fc.boolean(),
        picks
      })
    })
    fc.assert(
      fc.property(anywhere, ({ sample, enrich, at, isInFile, picks }) => {
        const texts = picks.map(([index, column, added]) => {
          const text = sample.texts[index % sample.texts.length] ?? ''
          const cut = column % (text.length + 1)
          return (text.slice(0, cut) + added + text.slice(cut)).toWellFormed()
        })
        const lines = inFile([...sample.texts.slice(0, 5), ...texts], '\n')
        const made = documents(sample.entries, isInFile ? lines : apart(lines), 'both', { at, enrich })
        expect(made).toEqual(documents(sample.entries, apart(lines), 'slow', { at, enrich }))
      }),
      { numRuns: 500 }
    )
  })
})

/** A processor of a kind that may be taken beforehand, on what a sample's documents have or have not. */
function processorOf({ entries, texts }: (typeof samples)[number]): fc.Arbitrary<EnrichEntry> {
  const declared = parsers(entries).parsers.flatMap(({ writes }) => (writes === 'open' ? [] : Object.keys(writes)))
  const leaves = [...declared, 'message', 'service.name', 'labels.a.b', 'labels.c', 'other']
  const common = ['@timestamp', 'tags', 'host.name', 'host.ip', 'log.offset', 'event.dataset', 'agent', 'agent.type']
  const words = texts.join(' ').match(/[\w/.]+/g) ?? []
  const deeper = fc.constantFrom(...leaves).map(name => `${name}.deeper`)
  const above = fc.constantFrom(...leaves).map(name => name.split('.').slice(0, -1).join('.') || name)
  const field = fc.oneof(
    { weight: 16, arbitrary: fc.constantFrom(...leaves) },
    { weight: 2, arbitrary: above },
    { weight: 1, arbitrary: deeper },
    { weight: 1, arbitrary: fc.constantFrom(...common) }
  )
  const often = fc.constantFrom(true, true, true, false)
  const value = fc.oneof(fc.constantFrom(...words, ''), fc.integer(), fc.boolean())
  const operand = fc.tuple(field, often).map(([name, isSafe]) => {
    const [first = '', ...rest] = name.split('.')
    const next = (step: string) => (/^\w+$/.test(step) ? `${isSafe ? '?.' : '.'}${step}` : `['${step}']`)
    return `ctx['${first}']${rest.map(next).join('')}`
  })
  const literal = value.map(one => (typeof one === 'string' ? `'${one}'` : String(one)))
  const comparison = fc.oneof(
    fc
      .tuple(operand, fc.constantFrom('==', '!='), fc.oneof(literal, fc.constant('null')))
      .map(parts => parts.join(' ')),
    fc.tuple(operand, fc.constantFrom('startsWith', 'contains', 'endsWith'), literal).map(([of, method, argument]) => {
      return `${of} instanceof String && ${of}.${method}(${argument})`
    }),
    fc.tuple(operand, fc.constantFrom('>=', '<'), fc.nat(600)).map(([of, operator, limit]) => {
      return `${of} instanceof Number && ${of} ${operator} ${limit}`
    }),
    fc.tuple(operand, literal).map(([of, argument]) => `${of}?.contains(${argument}) == true`),
    operand.map(of => `${of} instanceof Map && ${of}.size() == 1`)
  )
  const condition = fc
    .array(fc.tuple(comparison, fc.constantFrom('&&', '||'), fc.constantFrom('', '!')), { minLength: 1, maxLength: 3 })
    .map(all => all.map(([one, operator, not], i) => `${i === 0 ? '' : operator} ${not}(${one})`).join(' '))
  return fc.oneof(
    fc.record({ field, value, override: often }).map(set => ({ set })),
    fc
      .record({ field: fc.array(field, { minLength: 1, maxLength: 3 }), ignore_missing: often })
      .map(remove => ({ remove })),
    condition.map(test => ({ drop: { if: test } }))
  )
}

describe('with processors', () => {
  const line = '192.0.2.1 - - [19/Nov/2026:15:00:01 +0900] "GET /healthz HTTP/1.1" 200 2 "-" "probe"'
  const lines = inFile([line, line.replace('/healthz', '/shop?a=1')], '\n')
  const fates = (enrich: readonly EnrichEntry[]) => {
    const { parsers: formats } = parsers([{ format: 'nginx' }])
    const steps = plainSteps(enrich)
    const direct = steps && createDirect(formats, document, steps, gathering([]).batcher)
    const stream = { generation, idPrefix: 'g', framedTo: offset(0) }
    return lines.map(each => direct?.(each, stream, place, ''))
  }
  const name: EnrichEntry = { set: { field: 'service.name', value: 'nginx' } }
  const health: EnrichEntry = { drop: { if: "ctx.url?.path == '/healthz'" } }

  test.each<[string, EnrichEntry[], unknown[]]>([
    ['a name and health checks', [name, health], ['dropped', 'written']],
    ['a condition over what was put', [name, { drop: { if: "ctx.service.name == 'nginx'" } }], ['dropped', 'dropped']],
    [
      'numbers',
      [{ drop: { if: 'ctx.http.response.body.bytes < 3 && ctx.url?.query != null' } }],
      ['written', 'dropped']
    ],
    [
      'what is not overridden',
      [name, { set: { field: 'service.name', value: 'b', override: false } }],
      ['written', 'written']
    ],
    [
      'what is taken away',
      [{ remove: { field: ['url.path', 'agent'], ignore_missing: true } }],
      ['written', 'written']
    ],
    ['a condition that fails', [{ drop: { if: "ctx.url.query.startsWith('a')" } }], [undefined, 'dropped']],
    ['what may be missing', [{ remove: { field: 'url.query' } }], [undefined, undefined]],
    ['a template', [{ set: { field: 'service.name', value: '{{url.path}}' } }], [undefined, undefined]],
    ['a set under a condition', [{ set: { field: 'a', value: 1, if: 'true' } }], [undefined, undefined]],
    ['what the place says', [{ drop: { if: "ctx.host?.name == 'a'" } }], [undefined, undefined]]
  ])('%s', (_, enrich, expected) => {
    expect(fates(enrich)).toEqual(expected)
    const both = documents([{ format: 'nginx' }], lines, 'both', { enrich })
    expect(both).toEqual(documents([{ format: 'nginx' }], apart(lines), 'slow', { enrich }))
  })
})

test('what was cut, damaged or wrapped is left to the interpreter', () => {
  const { parsers: formats } = parsers([{ format: 'python-logging' }])
  const direct = createDirect(formats, document, [], gathering([]).batcher)
  const stream = { generation, idPrefix: 'g', framedTo: offset(0) }
  const isTaken = (line: Line) => direct?.(line, stream, place, '')
  const line = lineOf('INFO:shop:started', 0)
  expect(isTaken(line)).toBe('written')
  expect(isTaken({ ...line, isCut: true })).toBeUndefined()
  expect(isTaken({ ...line, isDamaged: true })).toBeUndefined()
  expect(isTaken({ ...line, container: { stream: 'stdout', time: '' } })).toBeUndefined()
})
