// The room that gathers documents into batches, under one budget of bytes.

export { type BatchOptions, batchSchema } from './options.ts'
