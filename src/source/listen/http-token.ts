// Whether a request presents the token that senders must have. It is compared without telling by time how much of it fits.

import { createHash, timingSafeEqual } from 'node:crypto'

/** Takes the header `authorization`; everything is right where no token is asked for. */
export function createTokenCheck(token: string | undefined): (header: string | undefined) => boolean {
  if (token === undefined) return () => true
  const wanted = digest(token)
  return (header = '') => timingSafeEqual(digest(presented(header)), wanted)
}

function presented(header: string): string {
  const [, scheme = '', value = ''] = /^(\S+) +(.*)$/.exec(header) ?? []
  if (/^(?:bearer|apikey)$/i.test(scheme)) return value
  if (!/^basic$/i.test(scheme)) return ''
  const pair = Buffer.from(value, 'base64').toString()
  return pair.slice(pair.indexOf(':') + 1)
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
