// Cuts what a connection brings into frames, wherever its packets end. What is held back is no longer than one frame may be,
// it grows only with what has come, and no byte is looked at twice.

/** What came whole by the bytes that were pushed. */
export interface Cut {
  /** Valid until the next push. */
  readonly frames: readonly Buffer[]
  /** Why nothing behind these frames can be read any more; what is pushed afterwards is not looked at. */
  readonly error?: string
}

export interface Cutter {
  push(bytes: Uint8Array): Cut
  /** No more bytes will come. */
  end(): Cut
  /** How many bytes of a frame have come that is not whole. */
  readonly heldBytes: number
}

/** A frame from `start` to `end`, and where the next one begins. */
export interface Found {
  readonly start: number
  readonly end: number
  readonly next: number
}

/**
 * Finds the frame that begins at `at`, of which the first `seen` bytes were there before; undefined where it is not whole,
 * a text where it is none.
 */
export type Find = (bytes: Buffer, at: number, seen: number) => Found | string | undefined

/** @param rest what the bytes are that stand at the end: a frame, or a text that says what is missing */
export function createCutter(find: Find, rest: (bytes: Buffer) => Buffer | string): Cutter {
  let held = Buffer.alloc(0)
  let length = 0
  let error: string | undefined

  /** Copies to where there is room, so that many small packets cost no more than one. */
  function hold(bytes: Buffer): Buffer {
    if (length + bytes.length > held.length) {
      const larger = Buffer.allocUnsafe(Math.max(1024, 2 * held.length, length + bytes.length))
      held.copy(larger, 0, 0, length)
      held = larger
    }
    bytes.copy(held, length)
    length += bytes.length
    return held.subarray(0, length)
  }

  function keep(bytes: Buffer): void {
    length = 0
    if (bytes.length === 0) held = Buffer.alloc(0)
    else held = Buffer.from(bytes)
    length = bytes.length
  }

  return {
    push(pushed) {
      const frames: Buffer[] = []
      if (error !== undefined) return { frames, error }
      const chunk = Buffer.from(pushed.buffer, pushed.byteOffset, pushed.length)
      let seen = length
      const bytes = length === 0 ? chunk : hold(chunk)
      let at = 0
      for (;;) {
        const found = at === bytes.length ? undefined : find(bytes, at, seen)
        if (typeof found === 'string') error = found
        if (found === undefined || typeof found === 'string') break
        frames.push(bytes.subarray(found.start, found.end))
        at = found.next
        seen = 0
      }
      if (error !== undefined) keep(Buffer.alloc(0))
      else if (at > 0 || bytes === chunk) keep(bytes.subarray(at))
      return error === undefined ? { frames } : { frames, error }
    },
    end() {
      const bytes = held.subarray(0, length)
      length = 0
      if (error !== undefined || bytes.length === 0) return { frames: [] }
      const last = rest(bytes)
      return typeof last === 'string' ? { frames: [], error: last } : { frames: [last] }
    },
    get heldBytes() {
      return length
    }
  }
}
