// Traces as programs wrote them, below log lines and alone: which errors they tell of.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compileParser, type ParseEntry } from '#parse'
import { type Fields, isFields } from '#record'
import { fixtureFolder } from './fixture.ts'

type Platform = NonNullable<Extract<ParseEntry, { format: 'regex' }>['trace']>

/** The records of a log of test/fixtures/multiline. */
function records(log: string): string[] {
  const file = join(fixtureFolder('multiline'), log)
  const lines = readFileSync(`${file}.log`, 'utf8').split('\n')
  const counts: number[] = JSON.parse(readFileSync(`${file}.groups.json`, 'utf8'))
  return counts.map(count => lines.splice(0, count).join('\n'))
}

/** The error of a record, with the first line of what it says. */
function errorOf(platform: Platform, text: string): string[] {
  const fields: Fields = {}
  compileParser({ format: 'regex', pattern: '(?<message>(?s:.*))', trace: platform }).parse(text, fields)
  const { error } = fields
  if (!isFields(error) || error.stack_trace === undefined) return []
  return [`${error.type ?? '-'}: ${String(error.message ?? '-').split('\n')[0]}`]
}

describe('the errors of a log are those that its program had', () => {
  test.each<[log: string, errors: string[]]>([
    ['go/deadlock', ['fatal error: all goroutines are asleep - deadlock!']],
    ['go/overflow', ['fatal error: stack overflow']],
    [
      'go/panic',
      [
        'panic: runtime error: index out of range [5] with length 3',
        'panic: runtime error: invalid memory address or nil pointer dereference',
        'panic: order 42 is broken',
        'panic: cannot load:',
        'panic: (main.order) 0x7a3880',
        'panic: just text',
        'panic: runtime error: index out of range [5] with length 3 [recovered]',
        'panic: runtime error: index out of range [5] with length 3 [recovered, repanicked]',
        'fatal error: concurrent map writes'
      ]
    ],
    ['go/recovered', ['-: -']],
    ['go/signal', ['-: -', 'panic: runtime error: invalid memory address or nil pointer dereference']],
    ['go/zap-and-pkg-errors', ['-: -']],
    [
      'node/bare',
      [
        "TypeError: Cannot read properties of undefined (reading 'price')",
        'OrderError: order 42 is broken',
        'AggregateError: all failed',
        'Error: outer',
        "Error: ENOENT: no such file or directory, open '/srv/app/missing.json'",
        'AssertionError: Expected values to be strictly deep-equal:',
        'AssertionError: 1 == 2',
        'SyntaxError: Unexpected token \'o\', "{"a": oops}" is not valid JSON'
      ]
    ],
    [
      'node/console',
      [
        "TypeError: Cannot read properties of undefined (reading 'price')",
        'OrderError: order 42 is broken',
        'AggregateError: all failed',
        'RangeError: no such row:',
        'Error: outer',
        "Error: ENOENT: no such file or directory, open '/srv/app/missing.json'",
        'AssertionError: Expected values to be strictly deep-equal:',
        'AssertionError: 1 == 2',
        'SyntaxError: Unexpected token \'o\', "{"a": oops}" is not valid JSON',
        'DOMException: gone',
        "SyntaxError: Unexpected token ';'"
      ]
    ],
    ['node/missing-module', ["Error: Cannot find module 'nothing-here'"]],
    [
      'node/uncaught',
      [
        "TypeError: Cannot read properties of undefined (reading 'price')",
        'OrderError: order 42 is broken',
        'AggregateError: all failed',
        'RangeError: no such row:',
        "Error: ENOENT: no such file or directory, open '/srv/app/missing.json'",
        'SyntaxError: Unexpected token \'o\', "{"a": oops}" is not valid JSON',
        'Error: refused',
        'DOMException: gone',
        '-: -',
        "SyntaxError: Unexpected token ';'",
        'AssertionError: Expected values to be strictly deep-equal:',
        'OrderError: nobody waits',
        "SyntaxError: Named export 'nothing' not found. The requested module './shop.js' is a CommonJS module, which may not support all module.exports as named exports.",
        "SyntaxError: Identifier 'a' has already been declared"
      ]
    ],
    ['rust/anyhow', ['-: -', '-: loading the shop of Mr. K']],
    [
      'rust/panics',
      [
        'panic: index out of bounds: the len is 0 but the index is 3',
        'panic: called `Result::unwrap()` on an `Err` value: MyErr { code: 7, inner: "boom\\nsecond line" }',
        'panic: in a thread',
        'panic: assertion `left == right` failed: sums of 2',
        '-: fatal runtime error: stack overflow, aborting'
      ]
    ],
    [
      'dotnet/console-8',
      [
        'Shop.OrderException: order 42 is broken',
        'System.ArgumentException: no such row:',
        "System.AggregateException: One or more errors occurred. (Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')) (order 42 is broken) (third)"
      ]
    ],
    [
      'dotnet/printed',
      [
        "System.ArgumentOutOfRangeException: Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')",
        'Shop.OrderException: order 42 is broken',
        "System.AggregateException: One or more errors occurred. (Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')) (order 42 is broken) (third)"
      ]
    ],
    [
      'dotnet/serilog',
      [
        "System.ArgumentOutOfRangeException: Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')",
        'Shop.OrderException: order 42 is broken',
        'System.InvalidOperationException: checkout failed',
        "System.AggregateException: One or more errors occurred. (Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')) (order 42 is broken) (third)",
        'System.ArgumentException: no such row:',
        "System.IO.FileNotFoundException: Could not find file '/srv/app/none.txt'.",
        "System.Collections.Generic.KeyNotFoundException: The given key 'x' was not present in the dictionary."
      ]
    ],
    [
      'dotnet/unhandled',
      [
        "System.ArgumentOutOfRangeException: Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')",
        'Shop.OrderException: order 42 is broken',
        'System.InvalidOperationException: checkout failed',
        "System.AggregateException: One or more errors occurred. (Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')) (order 42 is broken) (third)",
        'System.ArgumentException: no such row:',
        "System.IO.FileNotFoundException: Could not find file '/srv/app/none.txt'.",
        "System.Collections.Generic.KeyNotFoundException: The given key 'x' was not present in the dictionary."
      ]
    ],
    ['ruby/logger', ['ArgumentError: checkout', "NoMethodError: undefined method `price' for nil:NilClass", '-: -']],
    [
      'ruby/rails',
      [
        'ActionController::RoutingError: No route matches [GET] "/x"',
        "NoMethodError: undefined method `price' for nil:NilClass"
      ]
    ],
    [
      'ruby/reversed',
      ["NoMethodError: undefined method `price' for nil:NilClass", 'SystemStackError: stack level too deep']
    ],
    ['ruby/thread', ['OrderError: order 42 is broken']],
    [
      'ruby/uncaught',
      [
        "NoMethodError: undefined method `price' for nil:NilClass",
        'OrderError: order 42 is broken',
        'ArgumentError: checkout',
        "NameError: undefined local variable or method `fooo_bar' for main:Object",
        'SyntaxError: /srv/app/ruby/plugin.rb:1: syntax error, unexpected end-of-input',
        'LoadError: cannot load such file -- nothing_here'
      ]
    ],
    [
      'ruby/uncaught-3.4',
      [
        "NoMethodError: undefined method 'price' for nil",
        'OrderError: order 42 is broken',
        'ArgumentError: checkout',
        "NameError: undefined local variable or method 'fooo_bar' for main",
        'SyntaxError: /srv/app/ruby/plugin.rb:1: syntax error, unexpected end-of-input',
        'LoadError: cannot load such file -- nothing_here'
      ]
    ],
    [
      'php/error-log',
      [
        'DivisionByZeroError: Division by zero',
        'OrderException: order 42 is broken',
        'LogicException: checkout failed',
        'InvalidArgumentException: no such row:',
        'Error: Call to a member function y() on null',
        'Error: Call to undefined function nothing()',
        '-: -'
      ]
    ],
    ['php/monolog', ['LogicException: checkout failed', 'InvalidArgumentException: no such row:']],
    ['php/standard-error', ['OrderException: order 42 is broken']],
    [
      'python/logging-3.13',
      [
        'ZeroDivisionError: division by zero',
        'OrderError: order 42 has no items',
        'RuntimeError: checkout failed',
        'RecursionError: maximum recursion depth exceeded',
        'SyntaxError: invalid syntax',
        'OrderError: cannot reserve:',
        'KeyboardInterrupt: -',
        "ModuleNotFoundError: No module named 'no_such_module'"
      ]
    ],
    [
      'python/uncaught',
      [
        'ValueError: too much: 11',
        'AssertionError: -',
        'KeyboardInterrupt: -',
        'ValueError: too much: 12',
        'Leak: handle was not closed'
      ]
    ],
    [
      'java/logback',
      [
        'java.lang.ArrayIndexOutOfBoundsException: Index 3 out of bounds for length 3',
        'java.lang.RuntimeException: checkout failed',
        'Shop$OrderException: order 42 is broken',
        'java.lang.IllegalArgumentException: no such row:',
        'java.util.NoSuchElementException: -',
        'java.lang.Exception: a',
        'java.lang.ArithmeticException: / by zero',
        'java.util.concurrent.ExecutionException: java.lang.ArrayIndexOutOfBoundsException: Index 1 out of bounds for length 1',
        'java.lang.ClassNotFoundException: com.example.Missing',
        'java.lang.ArrayIndexOutOfBoundsException: Index 1 out of bounds for length 1'
      ]
    ],
    [
      'java/printed',
      [
        'java.lang.ArrayIndexOutOfBoundsException: Index 3 out of bounds for length 3',
        'java.lang.RuntimeException: checkout failed',
        'Shop$OrderException: order 42 is broken',
        'java.lang.ClassNotFoundException: com.example.Missing'
      ]
    ],
    [
      'java/uncaught',
      [
        'java.lang.ArrayIndexOutOfBoundsException: Index 3 out of bounds for length 3',
        'java.lang.RuntimeException: checkout failed',
        'Shop$OrderException: order 42 is broken',
        'java.lang.IllegalArgumentException: no such row:',
        'java.util.NoSuchElementException: -',
        'java.lang.Exception: a',
        'java.util.concurrent.ExecutionException: java.lang.ArrayIndexOutOfBoundsException: Index 1 out of bounds for length 1',
        'java.lang.StackOverflowError: -',
        'java.lang.RuntimeException: java.lang.RuntimeException: checkout failed',
        'java.lang.RuntimeException: java.lang.IllegalArgumentException: no such row:'
      ]
    ]
  ])('%s', (log, errors) => {
    const platform = log.slice(0, log.indexOf('/')) as Platform
    const found = records(log).flatMap(text => errorOf(platform, text))
    expect([...new Set(found)]).toEqual(errors)
  })
})
