// Begins to listen, and says where.

import { rmSync, statSync } from 'node:fs'
import { connect, type Server } from 'node:net'
import { SluiceError } from '#errors'

/** Resolves to the address in words; rejects with `E_SOURCE_LISTEN` where it cannot be had. */
export async function listenAt(
  server: Server,
  { host, port, path }: { readonly host: string; readonly port: number; readonly path?: string | undefined }
): Promise<string> {
  const wanted = path ?? `${host}:${port}`
  try {
    if (path !== undefined) await removeStale(path)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path === undefined ? { host, port } : { path }, resolve)
    })
  } catch (error) {
    throw cannotListen(wanted, error)
  }
  const bound = server.address()
  return bound === null || typeof bound === 'string' ? wanted : `${host}:${bound.port}`
}

/** The error of an address that cannot be had. */
export function cannotListen(address: string, cause: unknown): SluiceError {
  const { message } = cause as Error
  return new SluiceError('E_SOURCE_LISTEN', `cannot listen at ${address}: ${message}`, { cause, context: { address } })
}

/** A socket that a killed process left would be in the way; one that somebody listens at stays. */
async function removeStale(path: string): Promise<void> {
  if (statSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return
  const isAlive = await new Promise<boolean>(resolve => {
    const socket = connect(path)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
  if (!isAlive) rmSync(path, { force: true })
}
