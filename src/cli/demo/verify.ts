// Holds what was found against what was written: every serial exactly once, every traceback whole, and sums of what the
// documents say.

import type { Destination, Found } from './destination.ts'
import { measure, type Writer, type Written } from './writer.ts'

/** Documents that say the same, such as a status class, and the bytes they say were sent. */
export interface Sum {
  readonly name: string
  documents: number
  bytes: number
}

/** What came of one service. */
export interface Outcome {
  readonly writer: Writer
  readonly written: Written
  readonly documents: number
  /** Records of which no document tells. */
  readonly lost: number
  /** Documents beyond the first of a record, or of no record at all. */
  readonly doubled: number
  /** Documents that hold a traceback of several lines, whole. */
  readonly tracebacks: number
  /** Errors whose traceback is not there, or not to its end. */
  readonly torn: number
}

export interface Verdict {
  readonly outcomes: readonly Outcome[]
  /** By class, such as `2xx`, in order. */
  readonly statuses: readonly Sum[]
  /** By type of exception, the most frequent first. */
  readonly errors: readonly Sum[]
  /** Nothing is lost, doubled or torn. */
  readonly isWhole: boolean
}

/** What a serial looks like in a query and in a message. */
const IN_QUERY = /(?:^|&)serial=(\d+)$/
const IN_MESSAGE = /#(\d+)/

/** Reads all documents, once no more come. */
export async function verify({ documents }: Destination, writers: readonly Writer[]): Promise<Verdict> {
  const statuses = new Map<string, Sum>()
  const errors = new Map<string, Sum>()
  const outcomes: Outcome[] = []
  for (const writer of writers) {
    outcomes.push(await verifyOne(writer, documents(writer.service.dataset), statuses, errors))
  }
  return {
    outcomes,
    statuses: [...statuses.values()].sort((a, b) => a.name.localeCompare(b.name)),
    errors: [...errors.values()].sort((a, b) => b.documents - a.documents),
    isWhole: outcomes.every(({ lost, doubled, torn }) => lost + doubled + torn === 0)
  }
}

async function verifyOne(
  writer: Writer,
  documents: AsyncIterable<readonly Found[]>,
  statuses: Map<string, Sum>,
  errors: Map<string, Sum>
): Promise<Outcome> {
  const isSeen = new Uint8Array(writer.records)
  let [total, distinct, tracebacks, torn] = [0, 0, 0, 0]
  for await (const page of documents) {
    total += page.length
    for (const found of page) {
      const serial = serialOf(found)
      if (serial !== undefined && isSeen[serial] === 0) {
        isSeen[serial] = 1
        distinct += 1
      }
      const { log, http: { response } = {}, error } = found
      if (response) count(statuses, `${Math.floor((response.status_code ?? 0) / 100)}xx`, response.body?.bytes)
      if (error?.type) count(errors, error.type)
      if (log?.level !== 'error') continue
      // An exception says the serial as well, and stands at the end of Python's tracebacks.
      const isWhole = error?.stack_trace?.includes(`#${serial}:`) ?? false
      if (isWhole) tracebacks += 1
      else torn += 1
    }
  }
  const written = await measure(writer)
  return {
    writer,
    written,
    documents: total,
    lost: writer.records - distinct,
    doubled: total - distinct,
    tracebacks,
    torn
  }
}

function serialOf({ url, message }: Found): number | undefined {
  const digits = (IN_QUERY.exec(url?.query ?? '') ?? IN_MESSAGE.exec(message ?? ''))?.[1]
  return digits === undefined ? undefined : Number(digits)
}

function count(sums: Map<string, Sum>, name: string, bytes = 0): void {
  const sum = sums.get(name) ?? { name, documents: 0, bytes: 0 }
  sum.documents += 1
  sum.bytes += bytes
  sums.set(name, sum)
}
