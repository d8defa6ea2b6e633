// Serves connections: each has an intake of its own, waits while there is no room for its records, and is closed alone when
// it cannot be understood. What all of them hold back is bounded.

import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
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
  /** It hears last of what it sent last. */
  answering: Promise<void> | undefined
}

/** Who said all may still be waiting for an answer. */
const HALF_OPEN = { allowHalfOpen: true }
/** So long what was taken may keep its sender waiting for an answer once nothing more is taken. */
const LAST_ANSWERS_MS = 1_000

/** Listens; rejects where the address cannot be had. */
export async function serveConnections(
  options: ConnectionOptions,
  sink: RecordSink,
  newIntake: () => Intake
): Promise<Listener> {
  const connections = new Set<Connection>()
  const isAllowed = createAllowed(options.allow)
  const closing = Promise.withResolvers<void>()
  let heldBytes = 0
  let isClosing = false
  const server: Server =
    options.tls === undefined
      ? createServer(HALF_OPEN, accept)
      : process
          .getBuiltinModule('node:tls')
          .createServer({ ...HALF_OPEN, ...readTls(options.tls), handshakeTimeout: options.idleTimeoutMs }, accept)
  server.maxConnections = options.maxConnections
  server.on('drop', about => sink.refused('too many connections', addressText(about?.remoteAddress, about?.remotePort)))
  server.on('tlsClientError', (error, socket) => {
    sink.refused('not allowed', addressText(socket.remoteAddress, socket.remotePort), { error })
    // One that does not begin in time would stay.
    socket.destroy()
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
      ...{ owesSinceMs: 0, taking: undefined, answering: undefined }
    }
    connections.add(connection)
    socket.setKeepAlive(true, 60_000)
    if (connection.intake.greeting !== undefined) socket.write(connection.intake.greeting)
    socket.on('data', (bytes: Buffer) => receive(connection, bytes))
    socket.on('end', () => finish(connection))
    // A connection that was reset may have sent whole records before.
    socket.on('error', () => {})
    socket.on('close', () => finish(connection))
  }

  function receive(connection: Connection, bytes: Buffer): void {
    // Of a sender that is denied more may come before its connection ends.
    if (!connections.has(connection)) return
    const { intake, socket, address } = connection
    const taken = intake.push(bytes)
    const { broken, denied } = taken
    account(connection, taken.records.length > 0)
    take(connection, taken)
    if (broken !== undefined || denied !== undefined) {
      connections.delete(connection)
      release(connection)
      if (denied === undefined) socket.destroy()
      else socket.end(denied.reply, () => socket.destroy())
    } else if (heldBytes > options.maxHeldBytes) {
      sink.refused('too much held', address, { heldBytes: intake.heldBytes })
      socket.destroy()
    }
  }

  /** Puts records, in order, and lets the sender wait while there is no room. */
  function take(connection: Connection, { records, broken, denied, reply }: Taken): void {
    const { socket, address } = connection
    if (broken !== undefined) sink.refused('bad frame', address, { reason: broken.reason })
    if (denied !== undefined) sink.refused(denied.refusal, address, { reason: denied.reason })
    const all = broken === undefined ? records : [...records, refusedFrame(broken)]
    if (all.length === 0 && reply === undefined) return
    if (connection.taking === undefined && sink.put(all, address)) {
      if (reply !== undefined) connection.answering = answer(socket, reply)
      return
    }
    socket.pause()
    const before = connection.taking
    const taking = (async () => {
      await before
      while (!sink.put(all, address)) {
        if (isClosing) return sink.refused('spool full', address, { records: all.length })
        await Promise.race([sink.room(), closing.promise])
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
    void settled(connection).then(() => connection.socket.end())
  }

  const settled = async ({ taking, answering }: Connection) => void (await (taking ?? answering))

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
      closing.resolve()
      server.close()
      const open = [...connections]
      for (const connection of open) finish(connection)
      const late = new AbortController()
      await Promise.race([
        Promise.all(open.map(settled)),
        sleep(LAST_ANSWERS_MS, undefined, { signal: late.signal }).catch(() => {})
      ])
      late.abort()
      for (const { socket } of open) socket.destroy()
    }
  }
}
