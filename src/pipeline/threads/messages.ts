// What the two halves of a pipeline say to each other where they run in threads of their own: calls, as they would be made in
// one thread, in the same order. A message is for a chunk or a batch, never for a line.

import type { BulkEvents } from '#bulk'
import type { PipelineConfig, Settings } from '#config'
import type { Receipt } from '#record'
import type { PaceSnapshot } from '#telemetry'
import type { Keeper, Lane } from '../halves.ts'
import type { Counters } from '../process.ts'

/** A call of one of these methods. */
type CallOf<Half, Name extends keyof Half> = {
  [N in Name]: Half[N] extends (...args: infer Args) => unknown ? { readonly name: N; readonly args: Args } : never
}[Name]

export type LaneCall = CallOf<Lane, 'open' | 'chunk' | 'release' | 'end' | 'close' | 'drain'>
export type KeeperCall = CallOf<
  Keeper,
  'told' | 'decided' | 'forceEnds' | 'join' | 'renew' | 'stored' | 'note' | 'moved'
>
export type EventCall = CallOf<BulkEvents, keyof BulkEvents>

/** How a lane stands when it says something. What is counted is counted from its beginning. */
export interface Load {
  readonly counters: Counters
  readonly queued: number
  readonly hasRoom: boolean
  /** Chunks that were taken. */
  readonly chunks: number
  /** Bytes of the budget that its batches took. */
  readonly tookBytes: number
  /** That of all lanes of its thread. */
  readonly pace: PaceSnapshot
}

/** `ask` numbers what is to be answered. */
export type ToThread = { readonly pipeline: number } & (
  | { readonly kind: 'call'; readonly call: LaneCall; readonly ask?: number }
  | { readonly kind: 'answer'; readonly ask: number; readonly value: unknown }
  /** Documents may be sent. */
  | { readonly kind: 'ready' }
)

/** `batch` numbers a batch on its way. */
export type Said =
  | { readonly kind: 'call'; readonly call: KeeperCall; readonly ask?: number }
  | { readonly kind: 'answer'; readonly ask: number; readonly value: unknown }
  | { readonly kind: 'deliver'; readonly batch: number; readonly documents: number }
  | { readonly kind: 'event'; readonly batch: number; readonly call: EventCall }
  | {
      readonly kind: 'settle'
      readonly batch: number
      readonly receipt: Receipt
      readonly costBytes: number
      readonly ask: number
    }

/** What a lane has said in one turn of its thread, in order: a thread that sleeps is woken once for all of it. */
export interface FromThread {
  readonly pipeline: number
  readonly load: Load
  readonly said: readonly Said[]
}

/** What a thread is started with. */
export interface Start {
  readonly pipelines: readonly PipelineConfig[]
  readonly elasticsearch: Settings['elasticsearch']
  readonly host: Settings['host']
  readonly version: string
}

/** Calls a method by its name, which the types of the messages hold. */
export function call(
  half: object,
  { name, args }: { readonly name: string; readonly args: readonly unknown[] }
): unknown {
  return (half as Record<string, (...args: readonly unknown[]) => unknown>)[name]?.(...args)
}

/** Questions that wait for their answers. */
export function createAsks() {
  const waiting = new Map<number, (value: unknown) => void>()
  let asked = 0
  return {
    ask<Answer>(post: (ask: number) => void): Promise<Answer> {
      asked += 1
      const ask = asked
      return new Promise(resolve => {
        waiting.set(ask, value => resolve(value as Answer))
        post(ask)
      })
    },
    answer(ask: number, value: unknown): void {
      waiting.get(ask)?.(value)
      waiting.delete(ask)
    }
  }
}
