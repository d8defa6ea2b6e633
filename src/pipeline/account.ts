// What is kept of one generation while something of it is under way: what counts its receipts, and up to where its documents
// may have been sent. It ends once everything that was read of it is settled.

import { createLedger, type Ledger } from '#ack'
import {
  type DeadLetter,
  type Generation,
  type GenerationId,
  type Head,
  type Offset,
  offset,
  type Position
} from '#record'
import type { EndReason } from '#source'
import type { Reservation, Sent } from '#state'
import type { Lane, Told } from './halves.ts'

/** How far ahead of what is sent the note of it reaches, so that it is written seldom. */
const RESERVE_BYTES = 16_777_216

interface ReservedPart {
  readonly start: Offset
  readonly since: string | undefined
}

export interface Account {
  readonly generation: Generation
  /** Where it stood when this process took it up. */
  readonly begun: Position
  readonly lane: Lane
  readonly ledger: Ledger
  /** Dead letters that are stored once the checkpoint passes them. */
  letters: DeadLetter[]
  /** Documents below this may have been sent by an earlier process. */
  readonly sentBefore: Offset
  /** Documents below this were sent by this process. */
  sentTo: Offset
  /** Documents below this may be sent: it is noted in the state store, with so many bytes of the file's head. */
  reserved: Offset
  /** What was reserved and may not be settled: where each part begins, and the newest index that was known before. */
  reservedParts: readonly ReservedPart[]
  notedHeadBytes: number
  /** How many chunks, releases and ends of it the lane was given, and how it stood when it told last. */
  given: number
  told: Told
  /** When its last chunk came, in milliseconds since 1970. */
  chunkMs: number
  /** Why nothing more will be read of it, and how many bytes of it are lost. */
  ending: { readonly reason: EndReason; readonly lostBytes: number } | undefined
  /** Whether the lane has taken all that was read of it. */
  isEnding: boolean
}

/** @param isAtHead whether its first lines may continue another generation */
export function createAccount(begun: Position, lane: Lane, sent: Sent, isAtHead: boolean): Account {
  const { generation, checkpoint } = begun
  return {
    generation,
    begun,
    lane,
    ledger: createLedger(checkpoint),
    letters: [],
    sentBefore: sent.through,
    sentTo: offset(0),
    reserved: sent.through,
    reservedParts: sent.through > checkpoint ? [{ start: checkpoint, since: sent.since }] : [],
    notedHeadBytes: begun.head.bytes,
    given: 0,
    told: { taken: 0, framedTo: checkpoint, isHolding: false, isAtHead, before: undefined },
    chunkMs: 0,
    ending: undefined,
    isEnding: false
  }
}

/**
 * Reserves what a span needs before it is sent, and returns what is to be noted of it; undefined where nothing is. It tells
 * the file by all of its head that is known: were another to take its place before anything is acknowledged, its lines would
 * pass for those sent. `newest` is the newest index of the destination that is known.
 */
export function reserve(
  account: Account,
  end: Offset,
  { head, size }: { readonly head: Head; readonly size: number },
  newest: string | undefined
): Reservation | undefined {
  const { generation, reserved, ledger, notedHeadBytes } = account
  account.sentTo = offset(Math.max(account.sentTo, end))
  if (end <= reserved && head.bytes <= notedHeadBytes) return undefined
  if (end > reserved) {
    const parts = [...account.reservedParts, { start: reserved, since: newest }]
    // Of those that begin at the checkpoint or before, the last one is enough.
    const first = parts.findLastIndex(({ start }) => start <= ledger.checkpoint)
    account.reservedParts = parts.slice(Math.max(0, first))
    account.reserved = offset(end + RESERVE_BYTES)
  }
  account.notedHeadBytes = head.bytes
  return { generation: generation.id, through: account.reserved, since: account.reservedParts[0]?.since, head, size }
}

/** Whether nothing of it can have been sent that is not settled: not by this process, and not by an earlier one. */
export function isSettled({ ledger: { checkpoint }, sentTo, sentBefore }: Account): boolean {
  return checkpoint >= sentTo && checkpoint >= sentBefore
}

/** Whether the lane has told of all that it was given. */
export const isToldOf = ({ given, told }: Account): boolean => told.taken === given

/** Whether nothing is held of it that the store does not have. */
export function isAtRest(account: Account): boolean {
  const { told, ledger, letters, ending } = account
  const isOpen = told.isHolding || told.before !== undefined || letters.length > 0
  return isToldOf(account) && !isOpen && ending === undefined && ledger.checkpoint >= told.framedTo
}

/** The account of a generation that was begun and is not forgotten. */
export function knownAccount(accounts: ReadonlyMap<GenerationId, Account>, id: GenerationId): Account {
  const account = accounts.get(id)
  if (account === undefined) throw new Error(`generation ${id} was never begun`)
  return account
}
