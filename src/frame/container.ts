// Takes off what container runtimes wrap around each line: Docker's json-file, or the CRI format of containerd and CRI-O;
// and what the spool of a listener does. A line that is not wrapped so is passed on as it stands.

import type { LineMarks } from '#record'
import { unwrapSpooled } from './spooled.ts'

/** `spool` is set for pipelines that listen, and not by people. */
export type ContainerFormat = 'docker' | 'cri' | 'auto' | 'spool'

/** What a wrapped line holds. */
export interface Unwrapped {
  readonly text: string
  /** Lines of other streams stand between, and are joined on their own. */
  readonly stream: string
  readonly marks: Pick<LineMarks, 'container' | 'sender'>
  /** Whether the program's line goes on in the next wrapped line of the same stream. */
  readonly isPartial: boolean
}

/** Unwraps one line; undefined where it is not wrapped in this format. `auto` tells the formats apart line by line. */
export function unwrap(text: string, format: ContainerFormat): Unwrapped | undefined {
  if (format === 'spool') return unwrapSpooled(text)
  if (format !== 'cri' && text.startsWith('{')) return unwrapDocker(text)
  return format === 'docker' ? undefined : unwrapCri(text)
}

/** `{"log":"text\n","stream":"stdout","time":"2026-01-02T03:04:05.678901234Z"}`: Docker's json-file logging driver. */
function unwrapDocker(line: string): Unwrapped | undefined {
  let entry: { log?: unknown; stream?: unknown; time?: unknown }
  try {
    entry = JSON.parse(line)
  } catch {
    return undefined
  }
  const { log, stream, time } = entry
  if (typeof log !== 'string' || typeof stream !== 'string' || typeof time !== 'string') return undefined
  const isPartial = !log.endsWith('\n')
  const own = isPartial ? log : log.slice(0, log.endsWith('\r\n') ? -2 : -1)
  return { text: own, stream, marks: { container: { stream, time } }, isPartial }
}

/** `2026-01-02T03:04:05.678901234Z stdout F text`: the log format of Kubernetes' Container Runtime Interface. */
const CRI = /^(\d{4}-\d\d-\d\dT[^ ]+) (stdout|stderr) ([FP])(?::[^ ]*)?(?: |$)/

function unwrapCri(line: string): Unwrapped | undefined {
  const match = CRI.exec(line)
  if (match === null) return undefined
  const [all, time = '', stream = '', tag] = match
  return { text: line.slice(all.length), stream, marks: { container: { stream, time } }, isPartial: tag === 'P' }
}
