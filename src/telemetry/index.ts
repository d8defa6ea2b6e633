// The room that says how Sluice itself is doing.

export { createLog, type Log } from './log.ts'
