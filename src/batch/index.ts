// The room that gathers documents into batches, under one budget of bytes.

export { type Batcher, createBatcher, type Passed, type WritingBatcher } from './batcher.ts'
export { type Budget, type BudgetShare, createBudget } from './budget.ts'
export { type BatchOptions, batchSchema } from './options.ts'
