// What came of the self-test, for a terminal and as JSON.

import { grouped, paint } from '../rehearsal/narrator.ts'
import { renderTable } from '../table.ts'
import type { Fault } from './endpoint-program.ts'

export interface Report {
  readonly isWhole: boolean
  readonly seed: number
  readonly seconds: number
  readonly folder: string
  readonly isKept: boolean
  readonly lines: number
  readonly bytes: number
  readonly documents: number
  readonly files: number
  readonly kills: number
  readonly restarts: number
  /** How often each was done. */
  readonly deeds: Readonly<Record<string, number>>
  readonly faults: Readonly<Partial<Record<Fault, number>>>
  readonly rollovers: number
  readonly lost: Finding
  readonly doubled: Finding
  readonly torn: { readonly documents: number; readonly examples: readonly string[] }
  /** What the shipper says of itself. */
  readonly ledger: { readonly ackedBytes: number; readonly lostBytes: number }
}

export interface Finding {
  /** Lines that were lost, or documents too many. */
  readonly count: number
  /** File and lines, range by range. */
  readonly places: readonly string[]
}

/** Ranges that are named; the others are counted. */
const PLACES = 20

export function renderReport(report: Report): string {
  const { lines, bytes, documents, files, lost, doubled, torn, ledger, seconds, seed } = report
  const counts = [
    ['written', `${grouped(lines)} lines, ${grouped(bytes)} bytes; ${grouped(files)} files at the end`],
    ['documents', grouped(documents)],
    ['lost', good(lost.count)],
    ['doubled', good(doubled.count)],
    ['torn', good(torn.documents)],
    ['ledger', `${grouped(ledger.ackedBytes)} bytes acknowledged, ${good(ledger.lostBytes)} lost`],
    ['took', `${seconds.toFixed(1)} s, with --seed ${seed}`]
  ] as const
  return [
    renderTable(['what was done', 'times'], doneRows(report)),
    ...counts.map(([name, text]) => `${name.padEnd(10)} ${text}`),
    ...findings(report),
    ''
  ].join('\n')
}

function doneRows({ kills, restarts, deeds, faults, rollovers }: Report): [string, number][] {
  const faultRows = Object.entries(faults).map(([fault, times]): [string, number] => [`request ${fault}`, times])
  return [
    ['shipper killed with -9', kills],
    ['shipper stopped and started', restarts],
    ...Object.entries(deeds),
    ...faultRows,
    ['index rolled over', rollovers]
  ]
}

/** A count that should be none. */
const good = (count: number) => paint(['bold', count === 0 ? 'green' : 'red'], grouped(count))

function findings({ lost, doubled, torn, isKept, folder }: Report): string[] {
  const named = (word: string, { places }: Finding) => [
    ...places.slice(0, PLACES).map(place => `${word}: ${place}`),
    ...(places.length > PLACES ? [`${word}: and ${places.length - PLACES} ranges more`] : [])
  ]
  return [
    ...named('lost', lost),
    ...named('doubled', doubled),
    ...torn.examples.map(text => `torn: ${text}`),
    ...(isKept ? [`All of it is left in ${folder}`] : [])
  ]
}
