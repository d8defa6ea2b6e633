// What log4j2's `%enc{…}{…}` writes of a text, read back.

const NAMED = new Map([
  ['\\n', '\n'],
  ['\\r', '\r'],
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
  ['&#x2F;', '/']
])

/** Undoes an encoding; log4j2 takes HTML where none is named. */
export function decoderOf(encoding = 'HTML'): (text: string) => string {
  switch (encoding.toUpperCase()) {
    case 'JSON':
      return fromJson
    case 'CRLF':
      return text => text.replace(/\\[nr]/g, named)
    case 'XML':
      return text => text.replace(/&(?:amp|lt|gt|quot|apos);/g, named)
    default:
      return text => text.replace(/\\[nr]|&(?:amp|lt|gt|quot|apos|#x2F);/g, named)
  }
}

function named(written: string): string {
  return NAMED.get(written) ?? written
}

function fromJson(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string
  } catch {
    return text
  }
}
