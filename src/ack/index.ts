// The room that turns receipts into checkpoints: a checkpoint never runs ahead of an acknowledgement.

export { createLedger, type Ledger, type Progress } from './ledger.ts'
