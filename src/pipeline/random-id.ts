// Random names for generations. They are never derived from anything, so that none can ever come twice.

import { randomBytes } from 'node:crypto'
import type { GenerationId } from '#record'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567'

/** 80 random bits as 16 characters of [a-z2-7]. */
export function randomId(): GenerationId {
  let id = ''
  for (const byte of randomBytes(16)) id += LETTERS[byte & 31]
  return id as GenerationId
}
