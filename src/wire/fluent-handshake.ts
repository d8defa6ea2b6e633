// The handshake by which the forward protocol proves that both sides know a shared key: HELO, PING and PONG. The key itself is
// never sent. See "Fluentd Forward Protocol Specification" v1.5.

import { createHash, timingSafeEqual } from 'node:crypto'
import { decode, encode } from '@msgpack/msgpack'
import type { Answer } from './limits.ts'

/** What a server calls itself; senders refuse one that has their own name. */
const SERVER = 'sluice'

export interface FluentHandshake {
  /** What the server says first. */
  readonly hello: Uint8Array
  /** Takes what the sender says first; answers with what to say next, or why the sender is refused. */
  check(frame: Uint8Array): Answer<Uint8Array>
  /** What a sender that was refused is told. */
  refusal(reason: string): Uint8Array
}

/** @param nonce random bytes of this connection alone */
export function fluentHandshake(sharedKey: string, nonce: Uint8Array): FluentHandshake {
  return {
    hello: encode(['HELO', { nonce, auth: '', keepalive: true }]),
    check(frame) {
      const [word, host, salt, proof] = fieldsOf(frame)
      if (word?.toString() !== 'PING' || host === undefined || salt === undefined || proof === undefined) {
        return { error: 'the sender does not begin with PING, though a shared key is asked for' }
      }
      const wanted = Buffer.from(digest(salt, host, nonce, sharedKey))
      const isRight = proof.length === wanted.length && timingSafeEqual(proof, wanted)
      if (!isRight) return { error: 'the sender has another shared key' }
      return { ok: encode(['PONG', true, '', SERVER, digest(salt, SERVER, nonce, sharedKey)]) }
    },
    refusal: reason => encode(['PONG', false, reason, '', ''])
  }
}

/** The texts and bytes of a list; nothing where it is none. */
function fieldsOf(frame: Uint8Array): (Buffer | undefined)[] {
  try {
    const list: unknown = decode(frame, { rawStrings: true })
    if (!Array.isArray(list)) return []
    return list.map(field => (field instanceof Uint8Array ? Buffer.from(field) : undefined))
  } catch {
    return []
  }
}

function digest(...parts: readonly (Uint8Array | string)[]): string {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
