// The room that remembers: one store, one writer.

export type { Advance, Rebuilt, Reservation, Sent, State } from './contract.ts'
export { isCorrupt, isPassing } from './faults.ts'
export type { Known } from './known.ts'
export type { KeptLetter, LetterFilter, ReplayableLetter } from './letter.ts'
export { type LetterFate, type Letters, openLetters, type Refusal } from './letters.ts'
export { lockHolder } from './lock.ts'
export type { SetAside } from './open.ts'
export type { StoreEvents } from './patient.ts'
export { openPositions, type Positions, type Rewind } from './positions.ts'
export type { Prunable, Pruned } from './prune.ts'
export { type Audited, readState, type StateReader } from './reader.ts'
export { openState } from './store.ts'
