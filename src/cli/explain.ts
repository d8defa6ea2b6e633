// `sluice explain`: shows the way of a line through a pipeline: each format that was tried and how far it came, what each
// processor changed, what it all costs, and the document that comes of it. Nothing is sent.

import { Command } from 'commander'
import { loadConfig } from '#config'
import { type Attempt, asText, createExplanation, describeHost, type Explained, type ProcessorStep } from '#pipeline'
import type { Value } from '#record'
import { onePipeline } from './one-pipeline.ts'
import { type ConfigOptions, configOption, pipelineOption } from './options.ts'
import { version } from './version.ts'

export function explainCommand(): Command {
  return new Command('explain')
    .description('show how a line becomes a document: each format tried, each processor, the cost of each step')
    .argument('<line>', 'the line; - reads lines from standard input')
    .addOption(configOption())
    .addOption(pipelineOption())
    .option('--json', 'one explanation a line, for other programs')
    .addHelpText(
      'after',
      `
Example:
  sluice explain -p pipelines/nginx-access.json '192.0.2.1 - - [01/Feb/2026:10:00:00 +0000] "GET /'

Costs are those of a warm program, in microseconds. Exits with 1 where no format matched a line.`
    )
    .action(explain)
}

async function explain(
  line: string,
  { config: settingsFile, pipeline: pipelineFiles, json }: ConfigOptions & { json?: true }
): Promise<void> {
  const config = await loadConfig({ settingsFile, pipelineFiles, env: process.env })
  const pipeline = onePipeline(config)
  const isPiped = line === '-'
  const way = createExplanation(
    isPiped && !process.stdin.isTTY ? pipeline : asText(pipeline),
    describeHost(config.settings.host, version),
    Date.now
  )
  const show = (explained: readonly Explained[]) => {
    for (const one of explained) {
      process.stdout.write(json ? `${JSON.stringify(asJson(one))}\n` : render(one))
      const last = one.attempts.at(-1)
      if (last?.mismatch !== undefined) process.exitCode = 1
    }
  }
  if (isPiped) for await (const bytes of process.stdin) show(way(bytes, false))
  show(way(isPiped ? Buffer.alloc(0) : Buffer.from(`${line}\n`), true))
}

function asJson({ text, attempts, processors, tried }: Explained): object {
  const { kind, ...rest } = tried
  const matched = attempts.findIndex(({ mismatch }) => mismatch === undefined)
  return { text, outcome: kind, matched: matched === -1 ? null : matched, attempts, processors, ...rest }
}

function render({ text, attempts, processors, tried }: Explained): string {
  const lines = [
    ...(attempts.length === 0 ? ['no formats: the text is the message'] : attempts.flatMap(attemptLines(text))),
    ...processors.flatMap(processorLines)
  ]
  if (tried.kind === 'dropped') lines.push(`✗ dropped by rule: ${tried.reason}`)
  else lines.push(`→ ${tried.index}  ${tried.id}`, JSON.stringify(tried.fields, undefined, 2))
  return `${lines.join('\n')}\n`
}

function attemptLines(text: string) {
  return ({ format, pattern, mismatch, costUs }: Attempt): string[] => {
    const title = `${format}${pattern === undefined ? '' : `  ${cut(pattern)}`}`
    if (mismatch === undefined) return [`✓ ${title}  (${costUs} µs)`]
    const { column, expected } = mismatch
    return [
      `✗ ${title}  (${costUs} µs)`,
      ...pointAt(text, column).map(line => `    ${line}`),
      `    column ${column + 1}: expected ${expected}`
    ]
  }
}

function processorLines({ name, changes, isDropping, failure, costUs }: ProcessorStep): string[] {
  const done = failure !== undefined ? `failed: ${failure}` : isDropping ? 'drops it' : ''
  const what = done === '' && changes.length === 0 ? 'changes nothing' : done
  const title = `${failure === undefined ? '✓' : '✗'} ${name}${what === '' ? '' : `  ${what}`}  (${costUs} µs)`
  return [title, ...changes.map(({ field, before, after }) => `    ${field}: ${shown(before)} → ${shown(after)}`)]
}

const shown = (value: Value | undefined): string => (value === undefined ? 'nothing' : cut(JSON.stringify(value)))

const WIDEST = 100

function cut(text: string): string {
  return text.length > WIDEST ? `${text.slice(0, WIDEST)}…` : text
}

const WIDE =
  /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\uff01-\uff60]/u

/** The line of a text that a column is in, and a caret under it. Characters that terminals show twice as wide count so. */
function pointAt(text: string, column: number): string[] {
  const lineBegin = text.lastIndexOf('\n', column - 1) + 1
  const lineEnd = text.indexOf('\n', column)
  const begin = Math.max(lineBegin, column - WIDEST / 2)
  const end = Math.min(lineEnd === -1 ? text.length : lineEnd, begin + WIDEST)
  const [before, after] = [begin > lineBegin ? '…' : '', end < (lineEnd === -1 ? text.length : lineEnd) ? '…' : '']
  const blank = Array.from(text.slice(begin, column), one => (one === '\t' ? one : WIDE.test(one) ? '  ' : ' '))
  return [`${before}${text.slice(begin, end)}${after}`, `${before && ' '}${blank.join('')}^`]
}
