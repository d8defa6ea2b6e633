// Conditions: what they say of events, when they fail, and what is refused. That Elasticsearch says the same is shown in
// elasticsearch.test.ts.

import { describe, expect, test } from 'vitest'
import type { Fields } from '#record'
import { compileCondition } from '../../src/enrich/condition/condition.ts'
import { Failure } from '../../src/enrich/processor.ts'

const fields: Fields = {
  url: { path: '/healthz', query: null },
  http: { response: { status_code: 404, 'body bytes': 12 } },
  tags: ['edge', 'eu'],
  user: { name: 'Kim' },
  ok: true,
  ratio: 0.5
}

describe('a condition is true or false of an event', () => {
  test.each([
    ["ctx.url?.path == '/healthz'", true],
    ["ctx['url']['path'] == \"/healthz\"", true],
    ["ctx.host?.name == 'a'", false],
    ['ctx.host?.name == null', true],
    ["ctx.host?.os?.name != 'linux'", true],
    ['ctx.http.response.status_code >= 400 && ctx.http.response.status_code < 500', true],
    ['ctx.http.response["body bytes"] == 12', true],
    ['!ctx.ok || ctx.ratio == 0.5', true],
    ["ctx.tags.contains('eu') && ctx.tags.size() == 2", true],
    ["ctx.tags[0] == 'edge' && ctx.tags[-1] == 'eu'", true],
    ["['GET', 'HEAD'].contains(ctx.method)", false],
    ["ctx.user.name.toLowerCase().startsWith('ki') ? true : false", true],
    ["(ctx.host?.name ?: 'none') == 'none'", true],
    ['ctx.user.name =~ /^k/i && ctx.user.name ==~ /K../', true],
    ['ctx.user.name ==~ /K/', false],
    ['ctx.user.name instanceof String && ctx.tags instanceof List', true],
    ["'4' == ctx.http.response.status_code / 100", false],
    ['ctx.http.response.status_code / 100 == 4', true],
    ['ctx.http.response.status_code / 100.0 == 4.04', true],
    ['1 + 2 * 3 == 7 && (1 + 2) * 3 == 9', true],
    ['7 % 4 - 1 == 2 == true', true],
    ["/* only errors */ ctx.containsKey('ok') // yes", true],
    ['return ctx.ok;', true],
    ["ctx.constructor == null && ctx.user['__proto__'] == null", true]
  ])('%s', (source, expected) => {
    expect(compileCondition(source).test(fields)).toBe(expected)
  })
})

describe('where Painless throws, a condition fails', () => {
  test.each([
    ["ctx.host.name == 'a'", 'cannot access field [name] of null'],
    ["ctx.user.name.first == 'a'", 'dynamic getter [String, first] not found'],
    ["ctx.host.startsWith('a')", 'cannot call [startsWith] of null'],
    ["ctx.host?.startsWith('a')", 'cannot cast [null] to boolean'],
    ["ctx.ok.startsWith('a')", 'dynamic method [Boolean, startsWith/1] not found'],
    ["ctx.user.name < 'a'", 'cannot apply [<] to [String] and [String]'],
    ['ctx.host > 1', 'cannot apply [>] to [null] and [Integer]'],
    ['ctx.user.name && true', 'cannot cast [String] to boolean'],
    ['ctx.tags[2] == null', 'Index 2 out of bounds for length 2'],
    ['ctx.ratio[0] == null', '[Double] is neither a list nor a map'],
    ['ctx.http.response.status_code % 0 == 1', '/ by zero'],
    ['ctx.host =~ /a/', 'cannot match [null] as a text']
  ])('%s', (source, reason) => {
    expect(compileCondition(source).test(fields)).toEqual(new Failure(reason))
  })

  test('what is not reached does not fail', () => {
    expect(compileCondition('ctx.ok || ctx.host.name == 1').test(fields)).toBe(true)
    expect(compileCondition('false && ctx.host.name == 1').test(fields)).toBe(false)
  })
})

describe('what is not understood is refused by column, with what was found and what is allowed', () => {
  test.each([
    ["ctx.a = 'b'", 7, '"="', /"==" to compare/],
    ['ctx.a === 1', 7, '"==="', /"=="/],
    ['ctx.a & ctx.b', 7, '"&"', /"&&"/],
    ['ctx.a and ctx.b', 7, '"and"', /an operator or the end/],
    ['if (ctx.a) { return true }', 1, '"if"', /statements and declarations are not supported/],
    ['params.a == 1', 1, '"params"', /a field of ctx/],
    ["ctx._index == 'logs'", 5, '"_index"', /no metadata/],
    ["ctx.a.matches('x')", 7, '"matches"', /contains\(\), containsKey\(\)/],
    ['ctx.a.size(1) == 1', 7, '"size"', /size\(\) with nothing in its parentheses/],
    ['(ctx.a', 7, 'the end', /an operator or "\)"/],
    ['ctx.a == ', 10, 'the end', /a field of ctx/],
    ['', 1, 'the end', /a field of ctx/],
    ["ctx.a == 'b", 10, '"\'b"', /a closing '/],
    ['ctx.a == "\\n"', 10, '"\\"\\\\n\\""', /a backslash stands only before/],
    ['ctx.a == 3000000000', 10, '"3000000000"', /3000000000L/],
    ['ctx.a == 010', 10, '"010"', /without leading zeros/],
    ['ctx.a =~ /(/', 10, '"/(/"', /a regular expression that JavaScript understands/],
    ['ctx.a =~ /a/x', 10, '"/a/x"', /flags i, m and s/],
    ['ctx.a =~ ctx.b', 7, '"=~"', /a \/regular expression\/ behind =~/],
    ['ctx.a == /b/', 7, '"=="', /only behind =~ and ==~/],
    ['ctx.a instanceof Date', 18, '"Date"', /String, Boolean, Number/],
    ['ctx.a ? true', 13, 'the end', /":"/],
    ['ctx.a + 1', 7, '"+ 1"', /true or false/],
    ['ctx.a # b', 7, '"#"', /fields of ctx/]
  ])('%s', (source, column, found, allowed) => {
    const compile = () => compileCondition(source)
    expect(compile).toThrow(
      expect.objectContaining({
        code: 'E_ENRICH_CONDITION',
        message: expect.stringContaining(`column ${column} of "if": found ${found}; allowed: `),
        context: expect.objectContaining({ condition: source, column: column - 1 })
      })
    )
    expect(compile).toThrow(allowed)
  })
})

describe('a condition names the fields that it looks at', () => {
  test.each<[string, readonly string[] | 'open']>([
    ["ctx.url?.path == '/a' && ctx['host']['name'] == 'b'", ['url.path', 'host.name']],
    ["ctx.tags.contains(ctx.user?.name) || ctx.containsKey('ok')", ['tags', 'user.name', 'ok']],
    ['true', []],
    ['ctx[ctx.a] == 1', 'open'],
    ['ctx.size() == 0', 'open']
  ])('%s', (source, expected) => {
    expect(compileCondition(source).reads).toEqual(expected)
  })
})
