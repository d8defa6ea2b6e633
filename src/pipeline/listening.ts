// A source that is filled by a listener: the file source over a spool, which is opened before the first look at it and closed
// after the last record was taken. A segment goes when it is acknowledged.

import {
  type FileSource,
  isLoopback,
  type Listener,
  type ListenOptions,
  listen,
  openSpool,
  type RecordSink,
  type Spool
} from '#source'
import { createSeldom, type Log, type SpoolSnapshot, type Tally } from '#telemetry'

interface Deps {
  readonly folder: string
  readonly maxBytes: number
  readonly log: Log
  readonly tally: Pick<Tally, 'refused' | 'spoolShort' | 'spoolRoomy'>
  /** Nothing more can come, and all that came is acknowledged. */
  readonly onEnded: () => void
  readonly onFatal: (error: unknown) => void
}

/** Files, and what fills them, which begins before they are read: senders do not wait until it is known how far they were. */
export interface Filled extends FileSource {
  fill(): Promise<void>
  /** What is kept of senders; undefined where none are listened to. */
  spooled(): SpoolSnapshot | undefined
}

/** The source `files`, and what fills them. */
export function listening(
  options: ListenOptions,
  files: FileSource,
  { folder, maxBytes, log, tally, onEnded, onFatal }: Deps
): Filled {
  const seldom = createSeldom(Date.now)
  let spool: Spool | undefined
  let listener: Listener | undefined
  let hasEnded = false

  function open(): Spool {
    return openSpool(folder, maxBytes, {
      now: Date.now,
      status: files.status,
      torn: bytes =>
        log.error({ folder, bytes }, 'end of the spool was torn and is cut off, it was not acknowledged to anyone'),
      failed(error) {
        log.error({ folder, error }, 'spool takes no writes, trying again')
        tally.spoolShort(error)
      },
      full() {
        log.warn({ folder, maxBytes }, 'spool has no room, senders wait or are refused')
        tally.spoolShort(undefined)
      },
      roomy() {
        log.info({ folder, maxBytes }, 'spool has room again')
        tally.spoolRoomy()
      }
    })
  }

  function sinkOf({ put, stored, room }: Spool): RecordSink {
    return {
      put,
      stored,
      room,
      refused(refusal, address, details = {}, count = 1) {
        tally.refused(refusal, count)
        const times = seldom.times(refusal)
        if (times !== undefined) log.warn({ refusal, address, times, ...details }, 'refused what a sender sent')
      },
      warn: (details, message) => log.warn(details, message)
    }
  }

  async function settleEnd(opened: Spool): Promise<void> {
    await opened.seal()
    hasEnded = true
    endIfSettled()
  }

  function endIfSettled(): void {
    if (hasEnded && spool?.isEmpty === true) onEnded()
  }

  return {
    ...files,
    async fill() {
      const opened = open()
      spool = opened
      listener = await listen(options, sinkOf(opened))
      log.info({ address: listener.address, spool: folder, spooledBytes: opened.bytes }, 'listening')
      warnOfStrangers(options, log)
      listener.ended.then(() => settleEnd(opened)).catch(onFatal)
    },
    spooled: () => ({ usedBytes: spool?.bytes ?? 0, limitBytes: maxBytes }),
    async start() {
      await files.start()
      spool?.settle()
      endIfSettled()
    },
    async readAll() {
      // What a torn end would be read as was never acknowledged.
      await open().close()
      await files.readAll()
    },
    async stop() {
      await listener?.close()
      const lostBytes = (await spool?.close()) ?? 0
      if (lostBytes > 0)
        log.error({ folder, lostBytes }, 'spool took no writes to the end, what was not acknowledged is lost')
      await files.stop()
    },
    acked(generation, checkpoint) {
      files.acked(generation, checkpoint)
      spool?.settle()
      endIfSettled()
    }
  }
}

/** A pickle is only read and never run here; but whoever reaches the port can write logs. */
function warnOfStrangers(options: ListenOptions, log: Log): void {
  if (options.type === 'stdin' || ('path' in options && options.path !== undefined)) return
  const hasGuard =
    options.allow.length > 0 ||
    ('tls' in options && options.tls?.caFile !== undefined) ||
    ('token' in options && options.token !== undefined) ||
    ('sharedKey' in options && options.sharedKey !== undefined)
  if (hasGuard || isLoopback(options.host)) return
  log.warn(
    { host: options.host, type: options.type },
    'anyone who reaches this address can write logs; "allow" bounds it'
  )
}
