// What came of it, for a terminal of 100 columns: each service, the sums, what the documents say, and how they arrived.

import { plot } from 'asciichart'
import Table from 'cli-table3'
import { grouped, paint } from '../rehearsal/narrator.ts'
import type { Course } from './story.ts'
import type { Outcome, Sum, Verdict } from './verify.ts'

const WIDTH = 96
const ERRORS = 6
const CHART_ROWS = 7
const LABEL_WIDTH = 8
const STATUSES: Readonly<Record<string, string>> = {
  '2xx': 'success',
  '3xx': 'redirect',
  '4xx': 'client',
  '5xx': 'server'
}

/** Per service: what was written, and what of it was found. */
export function renderServices({ outcomes }: Verdict): string {
  const head = ['service', 'written by', 'files', 'lines', 'records', 'documents', 'lost', 'doubled']
  return indented(renderTable(head, outcomes.map(serviceRow), 2))
}

function serviceRow({ writer, written, documents, lost, doubled }: Outcome): string[] {
  const { service, records } = writer
  const counts = [written.files, written.lines, records, documents].map(grouped)
  return [service.name, service.writtenBy, ...counts, good(lost), good(doubled)]
}

/** A count that should be none. */
const good = (count: number) => paint(['bold', count === 0 ? 'green' : 'red'], grouped(count))

/** What became of tracebacks, and what the shipper's own ledger says of all bytes. */
export function renderSums({ outcomes }: Verdict, bytes: { readonly acked: number; readonly written: number }): string {
  const ledger = `  ledger      ${grouped(bytes.acked)} of ${grouped(bytes.written)} bytes acknowledged`
  const joined = outcomes.find(({ writer }) => writer.service.reading.multiline !== undefined)
  if (joined === undefined) return ledger
  const lines = grouped(joined.written.lines - joined.writer.records)
  const count = grouped(joined.tracebacks)
  return `  tracebacks  ${count}, ${lines} lines in all, each in the document of its record; torn: ${good(joined.torn)}\n${ledger}`
}

/** Status classes and the most frequent exceptions, side by side. */
export function renderTables({ statuses, errors }: Verdict): string {
  const byStatus = renderTable(['status', 'requests', 'sent'], statuses.map(statusRow), 1)
  const byError = renderTable(['error.type', 'documents'], errors.slice(0, ERRORS).map(errorRow), 1)
  return indented(beside(byStatus, byError))
}

const statusRow = ({ name, documents, bytes }: Sum): string[] => [
  `${name} ${STATUSES[name] ?? ''}`,
  grouped(documents),
  megabytes(bytes)
]

const errorRow = ({ name, documents }: Sum): string[] => [name, grouped(documents)]

/** The lines of a table whose first columns are texts and the others numbers. */
function renderTable(head: string[], rows: readonly string[][], texts: number): string[] {
  const table = new Table({
    head,
    colAligns: head.map((_, i) => (i < texts ? 'left' : 'right')),
    style: { head: [], border: [], compact: true }
  })
  table.push(...rows)
  return table.toString().split('\n')
}

/** Two tables; all lines of each are of one width. */
function beside(left: readonly string[], right: readonly string[]): string[] {
  const gap = ' '.repeat(left[0]?.length ?? 0)
  const rows = Math.max(left.length, right.length)
  return Array.from({ length: rows }, (_, i) => `${left[i] ?? gap}  ${right[i] ?? ''}`.trimEnd())
}

const indented = (lines: readonly string[]): string => lines.map(line => `  ${line}`).join('\n')

/** Documents a second over time, with a mark below where the shipper was killed. */
export function renderChart({ perSecond, kills }: Course): string {
  const width = WIDTH - LABEL_WIDTH - 3
  const step = Math.max(1, Math.ceil(perSecond.length / width))
  const points: number[] = []
  for (let i = 0; i < perSecond.length; i += step) {
    const some = perSecond.slice(i, i + step)
    points.push(some.reduce((sum, rate) => sum + rate, 0) / some.length)
  }
  const marks = Array.from(points, () => ' ')
  // asciichart draws the way to a point in the column before it.
  for (const kill of kills) marks[Math.max(0, Math.floor(kill / step) - 1)] = '×'
  const format = (value: number) => grouped(Math.round(value)).padStart(LABEL_WIDTH)
  const chart = plot(points.length > 0 ? points : [0], { min: 0, height: CHART_ROWS, format })
  return `  Documents a second as they arrived; × where the shipper was killed\n\n${chart}\n${' '.repeat(LABEL_WIDTH + 2)}${marks.join('').trimEnd()}`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })} MB`
}
