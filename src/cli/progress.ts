// How far an import has come: a bar with bytes, rate and time left on a terminal, a plain line now and then elsewhere.

import { Presets, SingleBar } from 'cli-progress'

const LINE_EVERY_MS = 5_000
const MEGABYTE = 1_000_000

export interface Progress {
  update(bytes: { done: number; total: number }): void
  end(bytes: { done: number; total: number }): void
}

/** Progress in bytes on `output`. */
export function createProgress(output: NodeJS.WriteStream): Progress {
  return output.isTTY ? bar(output) : plainLines(output)
}

function bar(output: NodeJS.WriteStream): Progress {
  const format = '{bar} {percentage}%  {doneText} of {totalText} MB  {rate} MB/s{left}'
  const progress = new SingleBar({ format, stream: output, hideCursor: true }, Presets.shades_classic)
  const rate = createRate()
  progress.start(1, 0, { doneText: '0.0', totalText: '?', rate: '0.0', left: '' })
  const update = ({ done, total }: { done: number; total: number }) => {
    progress.setTotal(Math.max(1, total))
    const payload = { doneText: megabytes(done), totalText: megabytes(total), rate: rate(done) }
    progress.update(done, { ...payload, left: timeLeft({ done, total }, payload.rate) })
  }
  return {
    update,
    end(bytes) {
      update(bytes)
      progress.stop()
    }
  }
}

function plainLines(output: NodeJS.WriteStream): Progress {
  const rate = createRate()
  let writtenMs = Date.now()
  const write = ({ done, total }: { done: number; total: number }) => {
    const left = timeLeft({ done, total }, rate(done))
    output.write(`${megabytes(done)} of ${megabytes(total)} MB, ${rate(done)} MB/s${left}\n`)
  }
  return {
    update(bytes) {
      if (Date.now() - writtenMs < LINE_EVERY_MS) return
      writtenMs = Date.now()
      write(bytes)
    },
    end: write
  }
}

/** Mean rate since the start, in megabytes a second. */
function createRate(): (done: number) => string {
  const beganMs = Date.now()
  return done => (done / MEGABYTE / Math.max(0.001, (Date.now() - beganMs) / 1000)).toFixed(1)
}

/** How long it takes on at this rate, in megabytes a second; empty where that cannot be said. */
function timeLeft({ done, total }: { done: number; total: number }, rate: string): string {
  const isKnown = done < total && Number(rate) > 0
  return isKnown ? `, ${Math.ceil((total - done) / MEGABYTE / Number(rate))} s left` : ''
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1)
}
