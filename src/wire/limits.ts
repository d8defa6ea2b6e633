// How much a sender may ask for. Everything that comes of one frame is bounded by these, whatever stands in it.

export interface Limits {
  /** Longest frame in bytes. */
  readonly frameBytes: number
  /** Most opcodes of one pickle; each makes one value at most. */
  readonly opcodes: number
  /** Most values that may stand in one record, each as often as it stands there. */
  readonly values: number
  /** How deep they may stand within each other. */
  readonly depth: number
}

export const defaultLimits: Limits = { frameBytes: 4_194_304, opcodes: 250_000, values: 100_000, depth: 40 }

/** An answer, or what was wrong with the bytes, for people. */
export type Answer<Ok> = { readonly ok: Ok } | { readonly error: string }
