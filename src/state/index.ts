// The room that remembers: one store, one writer.

export { isCorrupt, isPassing } from './faults.ts'
export type { SetAside } from './open.ts'
export type { StoreEvents } from './patient.ts'
export { type Audited, type KeptLetter, readState, type StateReader } from './reader.ts'
export { type Advance, openState, type Reservation, type Sent, type State } from './store.ts'
