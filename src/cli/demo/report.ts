// What came of it, for a terminal of 100 columns: the sums, what the documents say, and how they arrived.

import { plot } from 'asciichart'
import Table from 'cli-table3'
import { grouped, paint } from './narrator.ts'
import type { Course } from './story.ts'
import type { Sum, Verdict } from './verify.ts'
import type { Writer } from './writer.ts'

const WIDTH = 96
const PATHS = 6
const PATH_WIDTH = 30
const CHART_ROWS = 7
const LABEL_WIDTH = 8
const STATUSES: Readonly<Record<string, string>> = {
  '2xx': 'success',
  '3xx': 'redirect',
  '4xx': 'client',
  '5xx': 'server'
}

/** Lines written, documents found, lost and doubled, and what the shipper's own ledger says. */
export function renderSums(
  { lines, bytes, rotations }: Writer,
  { documents, lost, doubled }: Verdict,
  ackedBytes: number
): string {
  const good = (count: number) => paint(['bold', count === 0 ? 'green' : 'red'], grouped(count))
  return [
    `  written  ${grouped(lines)} lines in ${rotations + 1} files, ${megabytes(bytes)}`,
    `  found    ${grouped(documents)} documents`,
    `  lost     ${good(lost)}`,
    `  doubled  ${good(doubled)}`,
    `  ledger   ${grouped(ackedBytes)} of ${grouped(bytes)} bytes acknowledged`
  ].join('\n')
}

/** Status classes and the most frequent paths, side by side. */
export function renderTables({ statuses, paths }: Verdict): string {
  const byStatus = renderTable(['status', 'requests', 'sent'], statuses.map(statusRow))
  const byPath = renderTable(['path', 'requests', 'sent'], paths.slice(0, PATHS).map(pathRow))
  return beside(byStatus, byPath)
}

type Row = readonly [name: string, count: string, bytes: string]

const statusRow = ({ name, documents, bytes }: Sum): Row => [
  `${name} ${STATUSES[name] ?? ''}`,
  grouped(documents),
  megabytes(bytes)
]

const pathRow = ({ name, documents, bytes }: Sum): Row => [shortened(name), grouped(documents), megabytes(bytes)]

function renderTable(head: string[], rows: readonly Row[]): string[] {
  const table = new Table({
    head,
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [], compact: true }
  })
  for (const row of rows) table.push([...row])
  return table.toString().split('\n')
}

/** All lines of a table are of one width. */
function beside(left: readonly string[], right: readonly string[]): string {
  const gap = ' '.repeat(left[0]?.length ?? 0)
  return right.map((line, i) => `  ${left[i] ?? gap}  ${line}`).join('\n')
}

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

function shortened(path: string): string {
  return path.length > PATH_WIDTH ? `${path.slice(0, PATH_WIDTH - 1)}…` : path
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })} MB`
}
