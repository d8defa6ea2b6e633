// The keeper as a lane in another thread sees it: what it is told is posted, what it is asked comes back as a message.

import type { BulkEvents } from '#bulk'
import type { Keeper } from '../halves.ts'
import { createAsks, type EventCall, type KeeperCall, type Said } from './messages.ts'

export interface RemoteKeeper {
  readonly keeper: Keeper
  readonly answer: (ask: number, value: unknown) => void
}

export function createRemoteKeeper(post: (said: Said) => void): RemoteKeeper {
  const { ask, answer } = createAsks()
  let batches = 0
  const tell = (call: KeeperCall) => post({ kind: 'call', call })
  const question = <Answer>(call: KeeperCall) => ask<Answer>(number => post({ kind: 'call', call, ask: number }))

  const keeper: Keeper = {
    told: (...args) => tell({ name: 'told', args }),
    decided: (...args) => tell({ name: 'decided', args }),
    forceEnds: (...args) => tell({ name: 'forceEnds', args }),
    join: (...args) => tell({ name: 'join', args }),
    renew: (...args) => tell({ name: 'renew', args }),
    stored: (...args) => question({ name: 'stored', args }),
    note: (...args) => question({ name: 'note', args }),
    moved: (...args) => tell({ name: 'moved', args }),
    deliver(documents, leave) {
      batches += 1
      const batch = batches
      post({ kind: 'deliver', batch, documents })
      return {
        events: remoteEvents(call => post({ kind: 'event', batch, call }), leave),
        settle: (receipt, costBytes) => ask(number => post({ kind: 'settle', batch, receipt, costBytes, ask: number }))
      }
    },
    broken(error) {
      // Uncaught it ends the thread, and that ends the process.
      setImmediate(() => {
        throw error
      })
    }
  }
  return { keeper, answer }
}

function remoteEvents(post: (call: EventCall) => void, leave: () => void): BulkEvents {
  return {
    answered: (...args) => post({ name: 'answered', args }),
    retrying: (...args) => post({ name: 'retrying', args }),
    holding: (...args) => post({ name: 'holding', args }),
    stuck(...args) {
      leave()
      post({ name: 'stuck', args })
    },
    recovered: (...args) => post({ name: 'recovered', args }),
    unsure: (...args) => post({ name: 'unsure', args }),
    rescued: (...args) => post({ name: 'rescued', args }),
    refused: (...args) => post({ name: 'refused', args }),
    conflicting: (...args) => post({ name: 'conflicting', args })
  }
}
