// Sends dead letters again. What is taken leaves the store only after Elasticsearch has said so; what stops in between is
// sent again by the next replay, under the same ids.

import type { Client } from '@elastic/elasticsearch'
import { createBacking, createPace, createSender, ensureTemplate, type Objection, reasonOf, simulate } from '#bulk'
import type { Config, PipelineConfig } from '#config'
import { SluiceError } from '#errors'
import { type Item, offset } from '#record'
import type { Letters, Refusal, ReplayableLetter } from '#state'
import type { Host } from './host.ts'
import { createReplay, type Replayed } from './replay.ts'

/** Letters that are in memory and in one request together. */
const PAGE = 200

/** What became of a letter. It stays where it was refused again or its pipeline is not configured any more. */
export type Resent = { readonly letter: ReplayableLetter } & (
  | { readonly outcome: 'delivered' | 'dropped' | 'noPipeline' }
  | { readonly outcome: 'refused'; readonly status: number; readonly type: string; readonly reason: string }
)

/** What a letter would be sent as, and what is known against it. */
export interface Rehearsed extends Pick<Replayed, 'letter' | 'isMatched' | 'isFailed'> {
  readonly outcome: 'document' | 'dropped' | 'noPipeline'
  readonly index: string | undefined
  /** The document as JSON; undefined where there would be none. */
  readonly source: string | undefined
  /** Why Elasticsearch would refuse it; undefined where it would not, or was not asked. */
  readonly objection: Objection | undefined
}

export interface Resend {
  /** Sends these letters and settles them. Rejects with E_BULK_HELD where nothing is taken until a person mends it. */
  resend(ids: readonly string[]): AsyncGenerator<Resent>
  /** Shows what `resend` would send; Elasticsearch is asked for its objections where it can be. */
  rehearse(ids: readonly string[]): AsyncGenerator<Rehearsed>
  /** Why Elasticsearch could not be asked for objections; undefined where it could. */
  readonly unasked: string | undefined
}

interface Deps {
  readonly letters: Letters
  readonly client: Client
  readonly host: Host
  readonly signal: AbortSignal
  /** Documents wait and are sent again. */
  readonly onRetry: (reason: string) => void
}

interface Lane {
  readonly index: string
  readonly replay: (letter: ReplayableLetter) => Replayed
  readonly send: (items: readonly Item[]) => Promise<readonly Refusal[]>
}

export function createResend({ settings, pipelines }: Config, deps: Deps): Resend {
  const { letters, client, signal } = deps
  const lanes = new Map<string, Lane>()
  let unasked: string | undefined

  function laneOf(name: string): Lane | undefined {
    const config = pipelines.find(pipeline => pipeline.name === name)
    if (config === undefined) return undefined
    const lane = lanes.get(name) ?? createLane(config, settings, deps)
    lanes.set(name, lane)
    return lane
  }

  function* pagesOf(ids: readonly string[]): Generator<[Lane | undefined, ReplayableLetter[]]> {
    for (let from = 0; from < ids.length; from += PAGE) {
      const page = letters.get(ids.slice(from, from + PAGE))
      for (const [name, group] of Map.groupBy(page, ({ pipeline }) => pipeline)) yield [laneOf(name), group]
    }
  }

  async function* resend(ids: readonly string[]): AsyncGenerator<Resent> {
    for (const [lane, group] of pagesOf(ids)) {
      if (lane === undefined) {
        for (const letter of group) yield { letter, outcome: 'noPipeline' }
        continue
      }
      const replayed = group.map(lane.replay)
      const items = replayed.flatMap(({ item }) => item ?? [])
      const refusals = new Map((await lane.send(items)).map(refusal => [refusal.id, refusal]))
      letters.refuse([...refusals.values()])
      letters.settle(
        items.map(({ id }) => id).filter(id => !refusals.has(id)),
        'acked'
      )
      letters.settle(
        replayed.flatMap(({ letter, item }) => (item === undefined ? letter.id : [])),
        'dropped'
      )
      for (const { letter, item } of replayed) {
        const refusal = refusals.get(letter.id)
        if (refusal !== undefined) yield { ...refusal, letter, outcome: 'refused' }
        else yield { letter, outcome: item === undefined ? 'dropped' : 'delivered' }
      }
    }
  }

  async function* rehearse(ids: readonly string[]): AsyncGenerator<Rehearsed> {
    for (const [lane, group] of pagesOf(ids)) {
      const replayed = group.map(letter => lane?.replay(letter) ?? { letter, isMatched: true, isFailed: false })
      const items = replayed.flatMap(one => ('item' in one ? (one.item ?? []) : []))
      const objections = lane === undefined ? new Map() : await objectionsTo(lane.index, items)
      for (const one of replayed) {
        const { letter, isMatched, isFailed } = one
        const item = 'item' in one ? one.item : undefined
        const outcome = lane === undefined ? 'noPipeline' : item === undefined ? 'dropped' : 'document'
        const objection = objections.get(letter.id)
        yield { letter, isMatched, isFailed, outcome, index: lane?.index, source: item?.source, objection }
      }
    }
  }

  async function objectionsTo(index: string, items: readonly Item[]): Promise<Map<string, Objection | undefined>> {
    if (items.length === 0 || unasked !== undefined) return new Map()
    try {
      const objections = await simulate(client, index, items, signal)
      return new Map(items.map(({ id }, i) => [id, objections[i]]))
    } catch (error) {
      signal.throwIfAborted()
      unasked = reasonOf(error)
      return new Map()
    }
  }

  return {
    resend,
    rehearse,
    get unasked() {
      return unasked
    }
  }
}

function createLane(
  config: PipelineConfig,
  { elasticsearch: { bulk, nodes } }: Config['settings'],
  { client, host, signal, onRetry }: Deps
): Lane {
  const { dataset, namespace } = config.destination
  const index = `logs-${dataset}-${namespace}`
  const held = (reason: string) =>
    new SluiceError('E_BULK_HELD', `cannot replay to ${index} on ${nodes.join(', ')}: ${reason}. The letters stay`)
  const send = createSender(bulk, {
    client,
    pace: createPace(bulk.maxInFlight, () => performance.now()),
    backing: createBacking(client, signal),
    events: {
      answered() {},
      retrying: ({ reason }) => onRetry(reason),
      holding({ reason }) {
        throw held(reason)
      },
      stuck({ bytes, reason }) {
        throw held(`a document of ${bytes} bytes is never taken: ${reason}`)
      },
      recovered() {},
      rescued() {},
      unsure() {},
      refused() {},
      conflicting() {}
    },
    // Any of them may have been sent by a replay that nobody heard the end of.
    sentBefore: () => offset(Number.MAX_SAFE_INTEGER),
    sentSince: () => undefined,
    renew: items => items,
    noted: () => Promise.resolve(),
    signal,
    random: Math.random
  })
  let isReady = false

  return {
    index,
    replay: createReplay(config, host),
    async send(items) {
      if (items.length === 0) return []
      if (!isReady) {
        await ensureTemplate(client, index, dataset, signal).catch(error => {
          if ((error as { statusCode?: number }).statusCode !== 403) throw held(reasonOf(error))
        })
        isReady = true
      }
      const { deadLetters } = await send({ index, items, runs: [], costBytes: 0 })
      return deadLetters.map(({ item: { id, source }, index: to, status, type, reason }) => {
        return { id, index: to, source, status, type, reason }
      })
    }
  }
}
