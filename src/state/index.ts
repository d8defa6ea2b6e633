// The room that remembers: one store, one writer.

export { type Advance, openState, type Sent, type State } from './store.ts'
