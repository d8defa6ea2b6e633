// The room that wires the others into pipelines; the only one that sees them.

export { type DeclaredFields, declaredFields, fieldSources } from './declared.ts'
export { type Attempt, type Change, createExplanation, type Explained, type ProcessorStep } from './explain.ts'
export { describeHost, type Host } from './host.ts'
export type { Pipeline } from './pipeline.ts'
export { createResend, type Rehearsed, type Resend, type Resent } from './resend.ts'
export { type Recount, type Retraced, recount, retrace } from './retrace.ts'
export { createRunning, type RunDeps, type Running } from './run.ts'
export { runThread } from './threads/program.ts'
export { asText, createTrial, type Trial, type Tried } from './trial.ts'
