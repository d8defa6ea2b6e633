// What a processor does where that can be said before any event: whoever renders documents without making fields of them
// may do the same, or have it done to a document that stands for others. Where a step would fail, what the processor says of it
// is not said here.

import type { Fields, Value } from '#record'
import type { Condition } from './condition/condition.ts'
import type { FieldPath } from './field-path.ts'
import type { Outcome } from './processor.ts'

export type Plain =
  /** Puts a value that is always the same. */
  | {
      readonly does: 'set'
      readonly path: FieldPath
      readonly value: Exclude<Value, object | null>
      /** Whether also where there is a value other than null. */
      readonly isOverriding: boolean
      /** Does it to an event, whatever else is to be done about its failure. */
      readonly apply: (fields: Fields) => Outcome
    }
  /** Takes fields away, one after the other. */
  | {
      readonly does: 'remove'
      readonly paths: readonly FieldPath[]
      readonly isIgnoringMissing: boolean
      readonly apply: (fields: Fields) => Outcome
    }
  /** Drops the event where the condition is true, or always. */
  | { readonly does: 'drop'; readonly condition?: Condition | undefined }
