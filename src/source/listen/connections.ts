// Serves connections: each has an intake of its own, waits while there is no room for its records, and is closed alone when
// it cannot be understood. What all of them hold back is bounded.

import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { type Intake, type Listener, NEVER, type RecordSink, type Taken } from './contract.ts'
import { listenAt } from './listen-at.ts'
import { addressText, createAllowed, readTls, type TlsOptions } from './options.ts'
import { refusedFrame } from './refused-frame.ts'

export interface ConnectionOptions {
  readonly host: string
  readonly port: number
  /** Path of a Unix socket, in place of host and port. */
  readonly path?: string | undefined
  readonly allow: readonly string[]
  readonly maxConnections: number
  readonly idleTimeoutMs: number
  readonly maxHeldBytes: number
  readonly tls?: TlsOptions | undefined
}

interface Connection {
  readonly socket: Socket
  readonly intake: Intake
  readonly address: string
  heldBytes: number
  /** Since when it owes the rest of a record, in milliseconds of the monotonic clock. */
  owesSinceMs: number
  /** What it sent last is on its way into the sink. */
  taking: Promise<void> | undefined
}

/** Listens; rejects where the address cannot be had. */
export async function serveConnections(
  options: ConnectionOptions,
  sink: RecordSink,
  newIntake: () => Intake
): Promise<Listener> {
  const connections = new Set<Connection>()
  const isAllowed = createAllowed(options.allow)
  let heldBytes = 0
  let isClosing = false
  const server: Server =
    options.tls === undefined
      ? createServer(accept)
      : createTlsServer({ ...readTls(options.tls), handshakeTimeout: options.idleTimeoutMs }, accept)
  server.maxConnections = options.maxConnections
  server.on('drop', about => sink.refused('too many connections', addressText(about?.remoteAddress, about?.remotePort)))
  server.on('tlsClientError', (error, socket) => {
    sink.refused('not allowed', addressText(socket.remoteAddress, socket.remotePort), { error })
  })
  const checking = setInterval(closeLate, Math.min(options.idleTimeoutMs, 10_000) / 2)

  function accept(socket: Socket): void {
    const address = addressText(socket.remoteAddress, socket.remotePort)
    if (options.path === undefined && !isAllowed(socket.remoteAddress)) {
      sink.refused('not allowed', address)
      socket.destroy()
      return
    }
    const connection: Connection = {
      ...{ socket, intake: newIntake(), address, heldBytes: 0 },
      ...{ owesSinceMs: 0, taking: undefined }
    }
    connections.add(connection)
    socket.setKeepAlive(true, 60_000)
    socket.on('data', (bytes: Buffer) => receive(connection, bytes))
    socket.on('end', () => finish(connection))
    // A connection that was reset may have sent whole records before.
    socket.on('error', () => {})
    socket.on('close', () => finish(connection))
  }

  function receive(connection: Connection, bytes: Buffer): void {
    const { intake, socket, address } = connection
    const taken = intake.push(bytes)
    account(connection, taken.records.length > 0)
    take(connection, taken)
    if (taken.broken !== undefined) {
      connections.delete(connection)
      release(connection)
      socket.destroy()
    } else if (heldBytes > options.maxHeldBytes) {
      sink.refused('too much held', address, { heldBytes: intake.heldBytes })
      socket.destroy()
    }
  }

  /** Puts records, in order, and lets the sender wait while there is no room. */
  function take(connection: Connection, { records, broken, reply }: Taken): void {
    const { socket, address } = connection
    if (broken !== undefined) sink.refused('bad frame', address, { reason: broken.reason })
    const all = broken === undefined ? records : [...records, refusedFrame(broken)]
    if (all.length === 0) return
    if (connection.taking === undefined && sink.put(all, address)) {
      if (reply !== undefined) void answer(socket, reply)
      return
    }
    socket.pause()
    const before = connection.taking
    const taking = (async () => {
      await before
      while (!sink.put(all, address)) {
        if (isClosing) return sink.refused('spool full', address, { records: all.length })
        await sink.room()
      }
      if (reply !== undefined) await answer(socket, reply)
      socket.resume()
    })().finally(() => {
      if (connection.taking === taking) connection.taking = undefined
    })
    connection.taking = taking
  }

  async function answer(socket: Socket, reply: Uint8Array): Promise<void> {
    await sink.stored().then(
      () => socket.writable && socket.write(reply),
      () => socket.destroy()
    )
  }

  function account(connection: Connection, isWhole: boolean): void {
    const { intake } = connection
    heldBytes += intake.heldBytes - connection.heldBytes
    if (connection.heldBytes === 0 || isWhole) connection.owesSinceMs = performance.now()
    connection.heldBytes = intake.heldBytes
  }

  function release(connection: Connection): void {
    heldBytes -= connection.heldBytes
    connection.heldBytes = 0
  }

  /** The sender said all, or went away: what it sent whole is kept. */
  function finish(connection: Connection): void {
    if (!connections.delete(connection)) return
    release(connection)
    take(connection, connection.intake.end())
    connection.socket.end()
  }

  /** Closes those that owe the rest of a record for too long. */
  function closeLate(): void {
    const now = performance.now()
    for (const connection of connections) {
      const { socket, address, heldBytes: held, taking } = connection
      const isLate = held > 0 && taking === undefined && now - connection.owesSinceMs >= options.idleTimeoutMs
      if (!isLate) continue
      sink.refused('half frame', address, { heldBytes: held })
      finish(connection)
      socket.destroy()
    }
  }

  const address = await listenAt(server, options).catch(error => {
    clearInterval(checking)
    throw error
  })
  return {
    address,
    ended: NEVER,
    async close() {
      isClosing = true
      clearInterval(checking)
      server.close()
      const open = [...connections]
      for (const connection of open) {
        finish(connection)
        connection.socket.destroy()
      }
      await Promise.all(open.map(({ taking }) => taking))
    }
  }
}
