// What a processor does where that can be said before any event: whoever renders documents without making fields of them
// may do the same. Where a step would fail, what the processor says of it is not said here.

import type { Value } from '#record'
import type { Condition } from './condition/condition.ts'
import type { FieldPath } from './field-path.ts'

export type Plain =
  /** Puts a value that is always the same. */
  | {
      readonly does: 'set'
      readonly path: FieldPath
      readonly value: Exclude<Value, object | null>
      /** Whether also where there is a value other than null. */
      readonly isOverriding: boolean
    }
  /** Takes fields away, one after the other. */
  | { readonly does: 'remove'; readonly paths: readonly FieldPath[]; readonly isIgnoringMissing: boolean }
  /** Drops the event where the condition is true, or always. */
  | { readonly does: 'drop'; readonly condition?: Condition | undefined }
