// The bulk endpoint as its parent sees it: started, told to begin anew, and asked what it took.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** One document as it was sent. */
export interface Sample {
  /** The line before it, which names its `_id`. */
  readonly action: string
  readonly source: string
}

export type Order = { readonly kind: 'begin'; readonly every: number } | { readonly kind: 'report' }

/** What came since the beginning. */
export interface Tally {
  readonly documents: number
  /** Bytes of all bodies. */
  readonly bytes: number
  /** Every n-th document, in the order of arrival. */
  readonly samples: readonly Sample[]
  /** When the first document came, in milliseconds since 1970; 0 before. */
  readonly firstMs: number
  /** What the endpoint itself took of the processors. */
  readonly cpuMs: number
}

export type Report = { readonly kind: 'listening'; readonly url: string } | ({ readonly kind: 'tally' } & Tally)

export interface Endpoint {
  readonly url: string
  /** Counts anew and keeps every n-th document. */
  begin(every: number): void
  report(): Promise<Tally>
  close(): void
}

export async function startEndpoint(): Promise<Endpoint> {
  const child = fork(join(import.meta.dirname, 'endpoint.ts'), { execArgv: [] })
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the endpoint ended with ${code}`)))
  const next = async (): Promise<Report> => (await Promise.race([once(child, 'message'), ended]))[0]
  const tell = (order: Order) => child.send(order)
  const started = await next()
  if (started.kind !== 'listening') throw new Error('the endpoint did not say where it listens')
  return {
    url: started.url,
    begin: every => void tell({ kind: 'begin', every }),
    async report() {
      const reported = next()
      tell({ kind: 'report' })
      const report = await reported
      if (report.kind !== 'tally') throw new Error('the endpoint did not say what it took')
      return report
    },
    close: () => void child.disconnect()
  }
}
