// `sluice explain`: what it shows of the way of a line, for people and for programs.

import { describe, expect, test } from 'vitest'
import { install } from '../integration/installation.ts'

const elasticsearch = { nodes: ['http://127.0.0.1:9'] }
const pipeline = {
  parse: [
    { format: 'regex', pattern: '(?<level>[A-Z]+) (?<code>\\d+) (?<rest>.*)' },
    { format: 'logfmt', fields: { code: { type: 'long' } } }
  ],
  enrich: [
    { drop: { if: "ctx.log?.level == 'debug'" } },
    { set: { field: 'service.name', value: 'shop' } },
    { rename: { field: 'code', target_field: 'event.code' } }
  ]
}

const explain = (line: string, ...options: string[]) =>
  install({ elasticsearch, pipeline }).sluice('explain', ...options, line)

describe('for people', () => {
  test('each format, how far the line came with a caret under it, what each processor changed, the document', async () => {
    const { code, stdout } = await explain('level=info msg="주문 완료" code=7')
    expect(code).toBe(0)
    const lines = stdout.split('\n').map(line => line.replace(/\([\d.]+ µs\)/, '(… µs)'))
    expect(lines.slice(0, 10)).toEqual([
      '✗ regex  (?<level>[A-Z]+) (?<code>\\d+) (?<rest>.*)  (… µs)',
      '    level=info msg="주문 완료" code=7',
      '    ^',
      '    column 1: expected what matches (?<level>[A-Z]+) (?<code>\\d+) (?<rest>.*)',
      '✓ logfmt  (… µs)',
      '✓ drop  changes nothing  (… µs)',
      '✓ set  (… µs)',
      '    service.name: nothing → "shop"',
      '✓ rename  (… µs)',
      '    event.code: nothing → 7'
    ])
    expect(lines[10]).toBe('    code: 7 → nothing')
    expect(lines[11]).toMatch(/^→ logs-\S+-default {2}\S+$/)
    expect(JSON.parse(lines.slice(12).join('\n'))).toMatchObject({ message: '주문 완료', event: { code: 7 } })
  })

  test('the caret stands under the column, also behind characters that are twice as wide and in a long line', async () => {
    const { stdout } = await explain('level=info msg="주문" x="')
    expect(stdout).toContain(
      '    level=info msg="주문" x="\n                            ^\n    column 23: expected a value'
    )
    const far = await explain(`a=${'b'.repeat(500)} c="`)
    const [, , , , , shown = '', caret = ''] = far.stdout.split('\n')
    expect(shown).toMatch(/^ {4}…b+ c="$/)
    expect(caret.indexOf('^')).toBe(shown.indexOf('"'))
  })

  test('a line that no format takes ends with 1, one that is dropped says by which rule', async () => {
    expect(await explain('hello')).toMatchObject({ code: 1, stdout: expect.stringContaining('"_parse_failure"') })
    const dropped = await explain('level=debug')
    expect(dropped).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/✓ drop {2}drops it .*\n✗ dropped by rule: drop\n$/)
    })
  })

  test('a processor that fails says why', async () => {
    const { code, stdout } = await explain('level=info')
    expect(code).toBe(0)
    expect(stdout).toContain("✗ rename  failed: rename: field [code] doesn't exist")
  })
})

test('for programs it is one object a line', async () => {
  const { stdout } = await explain('level=info code=7', '--json')
  const explained = JSON.parse(stdout)
  expect(explained).toMatchObject({
    text: 'level=info code=7',
    outcome: 'document',
    matched: 1,
    attempts: [{ format: 'regex', mismatch: { column: 0 }, costUs: expect.any(Number) }, { format: 'logfmt' }],
    processors: [
      { name: 'drop', changes: [], isDropping: false },
      { name: 'set', changes: [{ field: 'service.name', after: 'shop' }] },
      { name: 'rename' }
    ],
    index: expect.stringMatching(/^logs-/),
    fields: { event: { code: 7 } }
  })
})
