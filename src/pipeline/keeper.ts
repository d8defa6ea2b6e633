// The half of a pipeline that is asked before documents are sent and told what became of them: what it notes is on the disk
// before it answers, and a checkpoint moves only over what has met a fate.

import type { BudgetShare } from '#batch'
import type { DeadLetter, GenerationId, Receipt, Settled } from '#record'
import type { FileSource } from '#source'
import type { Advance, Reservation, State } from '#state'
import { createSeldom, type Log, type Tally } from '#telemetry'
import { type Account, isSettled, isToldOf, knownAccount, reserve } from './account.ts'
import type { Accounts } from './accounts.ts'
import { observeBulk } from './events.ts'
import type { Keeper, Told } from './halves.ts'
import type { LetterRoom } from './letter-room.ts'

/** A keeper, and what the rest of its half asks of it. */
export interface Keeping extends Keeper {
  /** Resolves when all is stored, once the lanes have nothing under way. Of what is settled then, the next process has no doubts. */
  settled(): Promise<void>
}

interface Deps {
  readonly name: string
  readonly state: State
  readonly budget: BudgetShare
  readonly log: Log
  readonly tally: Tally
  readonly accounts: ReadonlyMap<GenerationId, Account>
  readonly forget: Accounts['forget']
  readonly counters: { acked: number; deadLettered: number; settledBytes: number }
  readonly source: FileSource
  readonly letterRoom: LetterRoom
  readonly onFatal: (error: unknown) => void
}

export function createKeeper({ name, state, budget, log, tally, accounts, counters, source, ...deps }: Deps): Keeping {
  const seldom = createSeldom(Date.now)
  const known = (id: GenerationId): Account => knownAccount(accounts, id)

  function told(id: GenerationId, now: Told): void {
    const account = known(id)
    account.told = now
    // What joins a record keeps it open.
    const before = now.before === undefined ? undefined : accounts.get(now.before)
    if (before !== undefined) before.chunkMs = account.chunkMs
    if (account.ending !== undefined && !account.isEnding && isToldOf(account)) end(account, account.ending)
  }

  function end(account: Account, { reason, lostBytes }: NonNullable<Account['ending']>): void {
    const { id, path } = account.generation
    const { framedTo } = account.told
    if (lostBytes > 0) {
      const what = { path, generation: id, start: framedTo - lostBytes, end: framedTo, reason }
      log.error(what, 'bytes lost before they were read')
    }
    log.info({ path, generation: id, reason }, 'file ended')
    account.isEnding = true
    finish([account])
  }

  /** Notes how far documents may be sent, before they are: a conflict below it is a delivery. */
  async function note(runs: readonly Settled[], newest: string | undefined): Promise<boolean> {
    const reservations: Reservation[] = []
    for (const { generation, end: to, shares } of runs) {
      if (!shares.some(({ fate }) => fate === 'acked')) continue
      const account = known(generation)
      const standing = source.standing(generation, account.ledger.checkpoint) ?? account.begun
      const reservation = reserve(account, to, standing, newest)
      if (reservation !== undefined) reservations.push(reservation)
    }
    if (reservations.length > 0) state.reserve(reservations)
    await state.stored()
    return reservations.length > 0
  }

  async function settle({ settled, deadLetters }: Receipt): Promise<void> {
    const touched = new Set<Account>()
    for (const run of settled) {
      const account = known(run.generation)
      account.ledger.settle(run)
      touched.add(account)
      for (const share of run.shares) if (share.fate === 'acked') counters.acked += share.documents
    }
    for (const letter of deadLetters) known(letter.item.generation).letters.push(letter)
    counters.deadLettered += deadLetters.length
    if (deadLetters.length > 0) tally.deadLettered(deadLetters)
    const advances = [...touched].map(advanceOf).filter(advance => advance !== undefined)
    if (advances.length > 0) state.advance(name, advances, [...touched].flatMap(passedLetters))
    await state.stored()
    for (const { generation, checkpoint } of advances) source.acked(generation, checkpoint)
    finish(touched)
  }

  function advanceOf({ generation: { id }, ledger, begun }: Account): Advance | undefined {
    const progress = ledger.take()
    if (progress === undefined) return undefined
    tally.settled(progress.shares)
    for (const { bytes } of progress.shares) counters.settledBytes += bytes
    // A file that was gone before it could be followed stands where it was last seen.
    const { path, head, size, proof, waymarks } = source.standing(id, progress.checkpoint) ?? begun
    return { generation: id, ...progress, path, head, size, proof, waymarks }
  }

  /** Takes the letters that the checkpoint has passed: those beyond are sent again after a crash, and may be taken then. */
  function passedLetters(account: Account): readonly DeadLetter[] {
    const { checkpoint } = account.ledger
    const passed = account.letters.filter(({ item }) => item.end <= checkpoint)
    if (passed.length > 0) account.letters = account.letters.filter(({ item }) => item.end > checkpoint)
    return passed
  }

  /** Forgets those that have ended and of which everything is settled. */
  function finish(ending: Iterable<Account>): void {
    const done = [...ending].filter(({ isEnding, ledger, told: { framedTo } }) => {
      return isEnding && ledger.checkpoint >= framedTo
    })
    if (done.length === 0) return
    state.setEnded(
      done.map(({ generation }) => generation.id),
      true
    )
    for (const account of done) deps.forget(account)
  }

  return {
    told,
    decided(id, encoding) {
      state.setEncoding(id, encoding)
      log.info({ path: known(id).generation.path, generation: id, encoding }, 'encoding decided')
    },
    forceEnds: state.forceEnds,
    join: state.join,
    renew: state.renew,
    stored: state.stored,
    note,
    deliver(documents, leave) {
      const delivery = tally.deliver(documents)
      return {
        events: observeBulk(log, delivery, seldom, leave),
        async settle(receipt, costBytes) {
          const letters = receipt.deadLetters.length
          if (letters > 0) await deps.letterRoom(letters, delivery)
          await settle(receipt)
          delivery.done()
          budget.give(costBytes)
        }
      }
    },
    moved: () => source.resume(),
    broken: deps.onFatal,
    async settled() {
      const clean = [...accounts.values()].filter(isSettled)
      if (clean.length > 0) state.unreserve(clean.map(({ generation }) => generation.id))
      await state.stored()
    }
  }
}
