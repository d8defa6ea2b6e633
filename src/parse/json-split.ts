// Takes a line apart that is several JSON objects one after the other, as writers leave it that forget the newline or that
// separate objects by blanks or commas.

/** What stands between two objects, within a line as between its values. */
const BETWEEN = /\}[\s,]*\{/

/** The objects that a line is made of, each as it is written; undefined where it is not several, and nothing but them. */
export function splitJson(text: string): readonly string[] | undefined {
  if (!BETWEEN.test(text)) return undefined
  const objects: string[] = []
  let [depth, start] = [0, 0]
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"' && depth > 0) at = endOfString(text, at)
    else if (character === '{') {
      if (depth === 0) start = at
      depth += 1
    } else if (character === '}') {
      depth -= 1
      if (depth === 0) objects.push(text.slice(start, at + 1))
    } else if (depth === 0 && !/[\s,]/.test(character ?? '')) return undefined
    if (depth < 0) return undefined
  }
  return depth === 0 && objects.length > 1 ? objects : undefined
}

/** Where the string that begins at `at` ends. */
function endOfString(text: string, at: number): number {
  let end = at + 1
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
  return end
}
