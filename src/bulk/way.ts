// One batch on its way: what each of its items has met so far, told apart by ids, and what is to be sent again. Nothing is
// asked or sent in here.

import type { Batch, DeadLetter, Item, Receipt } from '#record'
import type { Doubts } from './lookup.ts'
import { type ItemVerdict, renderBody } from './request.ts'
import { rescue } from './rescue.ts'
import { type Mark, settle } from './settle.ts'

/** Whom the way tells. */
export interface WayEvents {
  /** A field that does not fit was moved, and the document is sent again without it. */
  rescued(what: { index: string; id: string; field: string; reason: string }): void
  refused(letter: DeadLetter): void
  /** An id was taken before it was ever sent. */
  conflicting(items: readonly Item[]): void
}

/** What is to be sent again, and whether it has to wait for better times. */
export interface Again {
  readonly items: readonly Item[]
  readonly isWaiting: boolean
}

/** Why a document is refused. */
type Why = Pick<ItemVerdict, 'status' | 'type' | 'reason'>

export interface Way {
  readonly index: string
  /** The body of a request for these items. */
  body(items: readonly Item[]): Buffer
  /** Those that may have been stored already, which is to be looked up before they are sent: the same until it is settled. */
  doubtful(items: readonly Item[]): Doubts | undefined
  /** A lookup has settled these doubts; returns those of the items that are still to be sent. */
  lookedUp(doubts: Doubts, items: readonly Item[]): readonly Item[]
  /** These doubts cannot be settled: where documents are taken now, they may be there twice. */
  untellable(doubts: Doubts): void
  /** All of these were sent and none was answered; `isInDoubt` where they may have been stored. */
  failed(items: readonly Item[], isInDoubt: boolean): void
  delivered(items: readonly Item[]): void
  refuse(item: Item, why: Why): void
  /** Sorts the items of a request by their verdicts. */
  judge(items: readonly Item[], verdicts: readonly ItemVerdict[]): Again
  /** What has become of all of the batch. */
  receipt(): Receipt
}

/** An item that an earlier process may have sent, and the newest index that it knew before; undefined where it knew none. */
export interface SentEarlier {
  readonly item: Item
  readonly since: string | undefined
}

/** The way of a batch. `newest` is the newest index that is known before anything of it is sent. */
export function createWay(
  batch: Batch,
  sentEarlier: readonly SentEarlier[],
  newest: string | undefined,
  events: WayEvents,
  renew: (items: readonly Item[]) => readonly Item[]
): Way {
  const { index, runs, body: written } = batch
  /** With the newest index that was known before each was sent. */
  const inDoubt = new Map(sentEarlier.map(({ item, since }) => [item.id, since]))
  let doubts: Doubts | undefined
  const sent = new Set(inDoubt.keys())
  const unsure = new Set<string>()
  /** As they were before a field was moved, and why it was. */
  const rescued = new Map<string, { readonly item: Item; readonly why: Why }>()
  const deadLetters: DeadLetter[] = []
  const marks: Mark[] = []

  function delivered(items: readonly Item[]): void {
    if (unsure.size === 0 && rescued.size === 0) return
    for (const item of items) {
      if (unsure.has(item.id)) marks.push({ item, fate: 'acked', reason: 'possiblyDoubled' })
      else if (rescued.has(item.id)) marks.push({ item, fate: 'acked', reason: 'rescued' })
    }
  }

  function doubtful(items: readonly Item[]): Doubts | undefined {
    if (inDoubt.size === 0) return undefined
    const ids = items.flatMap(({ id }) => (inDoubt.has(id) ? [id] : []))
    if (ids.length === 0) return undefined
    if (doubts?.ids.length !== ids.length || doubts.ids[0] !== ids[0]) {
      doubts = {
        ids,
        since: new Set(ids.map(id => inDoubt.get(id))),
        found: new Set(),
        searched: new Set(),
        unanswered: 0
      }
    }
    return doubts
  }

  function lookedUp({ ids, found }: Doubts, items: readonly Item[]): readonly Item[] {
    doubts = undefined
    for (const id of ids) {
      inDoubt.delete(id)
      unsure.delete(id)
    }
    delivered(items.filter(({ id }) => found.has(id)))
    return items.filter(({ id }) => !found.has(id))
  }

  function refuse(refused: Item, because: Why): void {
    // What was rescued in vain is kept as it came, with the reason why it was refused at first.
    const { item: kept, why } = rescued.get(refused.id) ?? { item: refused, why: because }
    const item = withSource(kept)
    const { status, type, reason } = why
    const letter = { item, index, status, type, reason }
    events.refused(letter)
    deadLetters.push(letter)
    marks.push({ item, fate: 'deadLettered', reason: '' })
  }

  /** The item without the field that does not fit; undefined where it cannot do without, or had its chance. */
  function withoutMisfit(item: Item, why: Why): Item | undefined {
    if (rescued.has(item.id)) return undefined
    const rest = rescue(item.source, why.reason)
    if (rest === undefined) return undefined
    rescued.set(item.id, { item, why })
    events.rescued({ index, id: item.id, field: rest.field, reason: why.reason })
    return { ...item, source: rest.source }
  }

  function judge(items: readonly Item[], verdicts: readonly ItemVerdict[]): Again {
    const again: Item[] = []
    const taken: Item[] = []
    let isWaiting = false
    for (const [i, item] of items.entries()) {
      const verdict = verdicts[i] as ItemVerdict
      const outcome = verdict.verdict
      if (outcome === 'delivered') delivered([item])
      else if (outcome === 'conflict' && sent.has(item.id)) {
        unsure.delete(item.id)
        delivered([item])
      } else if (outcome === 'conflict') taken.push(item)
      else if (outcome === 'retry' || outcome === 'hold') {
        again.push(item)
        isWaiting = true
        failed([item], verdict.isInDoubt)
      } else {
        const rest = outcome === 'unmappable' ? withoutMisfit(item, verdict) : undefined
        if (rest === undefined) refuse(item, verdict)
        else again.push(rest)
      }
    }
    if (taken.length > 0) {
      events.conflicting(taken)
      again.push(...renew(taken))
      isWaiting = true
    }
    return { items: again, isWaiting }
  }

  function failed(items: readonly Item[], isInDoubt: boolean): void {
    for (const { id } of items) {
      sent.add(id)
      if (isInDoubt) inDoubt.set(id, newest)
    }
  }

  return {
    index,
    body: items => (written !== undefined && items === batch.items ? written.bytes : renderBody(items)),
    doubtful,
    lookedUp,
    untellable({ ids }) {
      doubts = undefined
      for (const id of ids) {
        inDoubt.delete(id)
        unsure.add(id)
      }
    },
    failed,
    delivered,
    refuse,
    judge,
    receipt: () => ({ settled: settle(runs, marks), deadLetters })
  }
}

/** An item with its document as a text of its own, which outlives its batch's body. */
function withSource(item: Item): Item {
  return { ...item, source: item.source }
}
