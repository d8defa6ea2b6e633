// What HTTPHandler of Python's logging sends, as query or form: a record's attributes, each by `str()`, and the message not
// merged with its arguments, which are a `repr()`. It becomes the same line that a pickled record becomes.

import type { Answer, Limits } from './limits.ts'
import { budgetOf } from './pickle/index.ts'
import type { Budget } from './python/budget.ts'
import { literal } from './python/literal.ts'
import type { PythonValue } from './python/value.ts'
import { lineOf } from './record.ts'

const WHOLE: ReadonlySet<string> = new Set(['levelno', 'lineno', 'process', 'thread'])
const FRACTIONS: ReadonlySet<string> = new Set(['created', 'msecs', 'relativeCreated'])
const REPRS: ReadonlySet<string> = new Set(['args', 'exc_info'])

/** @param form `name=value&…`, without a question mark in front */
export function formLine(form: string, limits: Limits): Answer<string> {
  if (form.length > limits.frameBytes) {
    return { error: `a form of ${form.length} characters; at most ${limits.frameBytes} are allowed` }
  }
  const budget = budgetOf(limits)
  const attributes = new Map<string, PythonValue>()
  for (const [name, text] of new URLSearchParams(form)) {
    if (!budget.visit(0)) break
    attributes.set(name, attributeOf(name, text, budget))
  }
  if (!attributes.has('msg') && !attributes.has('message')) return { error: 'the form has neither `msg` nor `message`' }
  return lineOf(attributes, budget)
}

function attributeOf(name: string, text: string, budget: Budget): PythonValue {
  if (text === 'None' && name !== 'msg' && name !== 'message') return null
  if (WHOLE.has(name) && /^-?\d{1,15}$/.test(text)) return Number(text)
  if (FRACTIONS.has(name) && /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(text)) return { kind: 'float', value: Number(text) }
  if (!REPRS.has(name)) return text
  return literal(text, budget) ?? { kind: 'unread', text }
}
