// The accounts of one pipeline, and with them the streams in its lanes. One is opened when something of its generation is read,
// goes when its file is at rest, and is opened again from the store when that goes on: what is followed and does not grow holds
// nothing here.

import type { GenerationId, Position } from '#record'
import type { State } from '#state'
import { type Account, createAccount, isAtRest, isSettled } from './account.ts'
import { createChains } from './chains.ts'
import type { Lane } from './halves.ts'

export interface Accounts {
  /** A generation is followed from this position on. */
  begin(position: Position): void
  /** The account of a generation that was begun. */
  of(generation: GenerationId): Account
  /** Whether the lane of a generation that was begun takes more, or any lane where none is named. */
  hasRoom(generation: GenerationId | undefined): boolean
  /** Lets go of the accounts of these generations, and returns those of which nothing is held any more. */
  rest(generations: readonly GenerationId[]): GenerationId[]
  /** Everything of it is settled, and nothing more will be read of it. */
  forget(account: Account): void
  /** A generation that was begun never was. */
  forgo(generation: GenerationId): void
}

interface Deps {
  /** Those that are held. */
  readonly accounts: Map<GenerationId, Account>
  readonly lanes: readonly Lane[]
  readonly pipeline: string
  readonly state: State
  /** Whether lines are joined, so that the first ones of a generation may belong to another. */
  readonly isGrouping: boolean
  /** Whether an account is needed before anything is read, because its file is read in turn with another. */
  readonly isJoining: boolean
}

export function createAccounts({ accounts, lanes, pipeline, state, isGrouping, isJoining }: Deps): Accounts {
  const known = state.known(pipeline)
  const chains = createChains(lanes)
  /** Positions that were begun, and of which nothing was read yet. */
  const begun = new Map<GenerationId, Position>()

  function of(id: GenerationId): Account {
    return accounts.get(id) ?? open(id)
  }

  function open(id: GenerationId): Account {
    const position = begun.get(id) ?? known.one(id)
    if (position === undefined) throw new Error(`generation ${id} was never begun`)
    const { generation, checkpoint, isMidCut } = position
    const sent = state.sent(id)
    const resume = {
      ...{ isMidCut, forcedEnds: state.forcedEnds(id), decided: sent.encoding },
      ...{ joinedTo: state.joined(id)?.to, parkAt: state.parkAt(id) }
    }
    const lane = chains.laneOf(generation)
    const account = createAccount(position, lane, sent, isGrouping)
    begun.delete(id)
    accounts.set(id, account)
    lane.open({ generation, checkpoint, resume, sent })
    return account
  }

  function rest(ids: readonly GenerationId[]): GenerationId[] {
    if (!state.isStored) return []
    const resting = ids.filter(id => {
      const account = accounts.get(id)
      return account === undefined || isAtRest(account)
    })
    const clean: GenerationId[] = []
    for (const id of resting) {
      const account = accounts.get(id)
      begun.delete(id)
      if (account === undefined) continue
      if (isSettled(account)) clean.push(id)
      account.lane.close([id], true)
      accounts.delete(id)
    }
    if (clean.length > 0) state.unreserve(clean)
    return resting
  }

  function forget({ generation, lane }: Account): void {
    accounts.delete(generation.id)
    chains.leave(generation)
    lane.close([generation.id], false)
  }

  /** With one lane nothing is opened to find out. */
  function hasRoom(id: GenerationId | undefined): boolean {
    if (id === undefined || lanes.length === 1) return lanes.some(lane => lane.hasRoom)
    return of(id).lane.hasRoom
  }

  return {
    begin(position) {
      const { id } = position.generation
      begun.set(id, position)
      const held = accounts.get(id)
      if (held !== undefined) {
        held.ending = undefined
        held.isEnding = false
      }
      if (isJoining) of(id)
    },
    of,
    hasRoom,
    rest,
    forget,
    forgo(id) {
      begun.delete(id)
      const account = accounts.get(id)
      if (account !== undefined) forget(account)
    }
  }
}
