// What positions have in common: their generations, and the files that these are of.

import type { GenerationId, Position } from '#record'

/** Whether a position is of a file that one of these is of. */
export function isOneOf(positions: readonly Position[]): (position: Position) => boolean {
  const keyOf = ({ generation: { deviceId, inode } }: Position) => `${deviceId}:${inode}`
  const keys = new Set(positions.map(keyOf))
  return position => keys.has(keyOf(position))
}

export const idsOf = (positions: readonly Position[]): GenerationId[] =>
  positions.map(({ generation }) => generation.id)
