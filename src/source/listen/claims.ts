// Which ports a listener takes for itself, so that two that cannot be had together are seen before they are tried.

import type { ListenOptions } from './index.ts'

export interface Claim {
  readonly protocol: 'tcp' | 'udp'
  readonly host: string
  readonly port: number
}

/** Nothing where it is a Unix socket, any port that is free, or none. */
export function claimsOf(options: ListenOptions): readonly Claim[] {
  if (options.type === 'stdin' || options.port === 0) return []
  const protocols = 'protocols' in options ? options.protocols : [options.type === 'udp' ? 'udp' : 'tcp']
  const isElsewhere = 'path' in options && options.path !== undefined
  const { host, port } = options
  return protocols
    .filter(protocol => protocol === 'udp' || !isElsewhere)
    .map(protocol => ({ protocol: protocol as 'tcp' | 'udp', host, port }))
}

/** Whether only one of them can be had. */
export function doCollide(one: Claim, other: Claim): boolean {
  const isSame = one.host === other.host || isEvery(one.host) || isEvery(other.host)
  return isSame && one.port === other.port && one.protocol === other.protocol
}

const isEvery = (host: string): boolean => host === '0.0.0.0' || host === '::'
