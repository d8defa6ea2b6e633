// What turns a written pattern into what takes lines apart: expressions, and layouts of literal text and values, which
// become anchored scanners. A leaf that any room may use; it depends on the nouns alone.

export {
  compileDissect,
  type Dissect,
  type DissectField,
  type DissectOptions,
  type DissectType
} from './dissect/index.ts'
export { allowSlowDescription, refuseExponential } from './examine.ts'
export { anchored, compileExpression, longestFit, patternError } from './expression.ts'
export { compileGrok, type Grok, type GrokField, type GrokOptions, type GrokType } from './grok/index.ts'
export { compileKv, type Kv, type KvNames, type KvOptions, type Pair } from './kv.ts'
export { type Layout, type Plan, plan, type Slot } from './layout.ts'
export { LIMIT_MS, type Limited, limited, withinLimit } from './limited.ts'
export { findMismatch, type Mismatch } from './mismatch.ts'
export { type Cut, compileCutter, compileScanner, isBytewise, type Scan } from './scanner.ts'
export * as shape from './shape.ts'
export { type FindEnd, type FindEndIn, findEnd, type Neighbour, type Shape } from './shape.ts'
