// What listeners have in common, as a person writes it.

import { readFileSync } from 'node:fs'
import { BlockList, isIP } from 'node:net'
import Type, { type Static } from 'typebox'

/** Where a listener listens and whom it hears. */
export const networkOptions = (port: number) => ({
  host: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    description: 'Address to listen at. Only this machine can reach `127.0.0.1`; `0.0.0.0` and `::` are all addresses.'
  }),
  port: Type.Integer({
    default: port,
    minimum: 0,
    maximum: 65_535,
    description: 'Port to listen at; 0 takes any that is free, which the log then names.'
  }),
  allow: Type.Array(Type.String({ minLength: 2 }), {
    default: [],
    description: 'Addresses and networks (`192.0.2.0/24`) of senders that are heard. Empty hears all that reach it.'
  })
})

export const pathOption = Type.Optional(
  Type.String({ minLength: 1, description: 'Path of a Unix socket to listen at, in place of `host` and `port`.' })
)

export const maxFrameBytes = (bytes: number, what: string) =>
  Type.Integer({ default: bytes, minimum: 256, maximum: 67_108_864, description: `${what} in bytes.` })

/** What bounds connections. */
export const connectionOptions = {
  maxConnections: Type.Integer({
    default: 4_096,
    minimum: 1,
    maximum: 100_000,
    description: 'Most connections at once; more are closed at once and counted.'
  }),
  idleTimeoutMs: Type.Integer({
    default: 60_000,
    minimum: 100,
    maximum: 86_400_000,
    description:
      'A connection that has sent half a record and not the rest of it for so many milliseconds is closed. One that is idle between records stays open.'
  }),
  maxHeldBytes: Type.Integer({
    default: 67_108_864,
    minimum: 1_048_576,
    maximum: 17_179_869_184,
    description: 'Most bytes of half records that all connections hold together; the one that goes beyond it is closed.'
  })
}

export const tlsSchema = Type.Object(
  {
    certFile: Type.String({ minLength: 1, description: 'Certificate of the listener as a PEM file.' }),
    keyFile: Type.String({ minLength: 1, description: 'Its key as a PEM file.' }),
    caFile: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Certificate authority as a PEM file: senders must then present a certificate of it.'
      })
    )
  },
  { description: 'Encrypts connections. Relative paths count from the file of the pipeline.' }
)
export type TlsOptions = Static<typeof tlsSchema>

/** What `tls.createServer` takes. Throws what the file system does. */
export function readTls({ certFile, keyFile, caFile }: TlsOptions) {
  return {
    cert: readFileSync(certFile),
    key: readFileSync(keyFile),
    ...(caFile !== undefined && { ca: readFileSync(caFile), requestCert: true, rejectUnauthorized: true })
  }
}

/** Whether an address may send. Throws for what is no address or network. */
export function createAllowed(allow: readonly string[]): (address: string | undefined) => boolean {
  if (allow.length === 0) return () => true
  const list = new BlockList()
  for (const entry of allow) {
    const [address = '', bits] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family)
  }
  return address => address !== undefined && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** Why an entry of `allow` is none; undefined where it is one. */
export function whyNotAllowed(entry: string): string | undefined {
  const [address = '', bits, ...rest] = entry.split('/')
  const family = isIP(address)
  const most = family === 6 ? 128 : 32
  const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
  return family !== 0 && isNetwork && rest.length === 0 ? undefined : 'an IP address, or a network such as 192.0.2.0/24'
}

/** An address as records carry it, such as `192.0.2.1:51234` or `[2001:db8::1]:51234`; `-` where there is none. */
export function addressText(address: string | undefined, port: number | undefined): string {
  if (address === undefined) return '-'
  const plain = address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
  return plain.includes(':') ? `[${plain}]:${port}` : `${plain}:${port}`
}

/** Whether only this machine can reach a listener at this address. */
export const isLoopback = (host: string): boolean => /^(?:127\.|::1$|localhost$)/.test(host)
