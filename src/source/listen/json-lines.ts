// Lines of a body, and whether they are JSON.

/** The lines of a body that are not blank. */
export function linesOf(body: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let at = 0; at < body.length; ) {
    const newline = body.indexOf(0x0a, at)
    const end = newline === -1 ? body.length : newline
    const line = body.subarray(at, body[end - 1] === 0x0d ? end - 1 : end)
    if (line.length > 0) lines.push(line)
    at = end + 1
  }
  return lines
}

/** Whether a line is JSON. */
export function isJson(line: Buffer): boolean {
  try {
    JSON.parse(line.toString())
    return true
  } catch {
    return false
  }
}

/** Whether it is an object of JSON. */
export function isJsonObject(bytes: Buffer): boolean {
  return /^\s*\{/.test(bytes.toString('latin1', 0, 64)) && isJson(bytes)
}
