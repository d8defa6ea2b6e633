// The lines of the self-test. Each follows from its log and its serial, so that a document proves by itself whether it is one
// of them, whole.

/** Bytes of padding that a line has at most. */
const MAX_PADDING = 240
/** A multiplicative hash, so that the lengths of neighbours differ. */
const SPREAD = 2_654_435_761

/** The line with this serial, from 0 up, without a newline. */
export function lineOf(log: string, serial: number): string {
  return `${log} ${serial} ${'x'.repeat((Math.imul(serial + 1, SPREAD) >>> 0) % MAX_PADDING)}.`
}

/** Which line this is; undefined where it is none, or not all of one. */
export function readLine(line: string): { readonly log: string; readonly serial: number } | undefined {
  const [log = '', digits = ''] = line.split(' ', 2)
  const serial = Number(digits)
  return digits !== '' && line === lineOf(log, serial) ? { log, serial } : undefined
}
