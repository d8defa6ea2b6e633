// What must hold of a pipeline beyond what its schema can say: everything in it that is compiled later compiles.

import picomatch from 'picomatch'
import type { Check } from './check.ts'
import type { PipelineDocument } from './pipeline-schema.ts'
import type { Path } from './problem.ts'

/**
 * Reports globs that can match no file, patterns and conditions that do not compile, and too long names.
 * @param budgetBytes that of the settings, which a batch must fit
 */
export function checkPipeline(pipeline: PipelineDocument, budgetBytes: number, check: Check): void {
  for (const key of ['paths', 'exclude'] as const) {
    if (!check.isSound('source', key)) continue
    for (const [index, glob] of pipeline.source[key].entries()) checkGlob(glob, ['source', key, index], check)
  }
  for (const key of ['dataset', 'namespace'] as const) {
    if (check.isSound('destination', key)) checkStreamPart(pipeline.destination[key], ['destination', key], check)
  }
  const maxBytes = check.isSound('batch') ? (pipeline.batch?.maxBytes ?? 0) : 0
  if (maxBytes > budgetBytes) {
    const message = `batch.maxBytes is ${maxBytes}; allowed: at most budgetBytes of the settings, which is ${budgetBytes}`
    check.report({ path: ['batch', 'maxBytes'] }, message)
  }
}

function checkGlob(glob: string, path: Path, check: Check): void {
  const why = whyNoGlob(glob)
  if (why !== undefined) check.report({ path }, `the glob is ${check.found(glob, path)}; allowed: ${why}`)
}

function whyNoGlob(glob: string): string | undefined {
  if (glob.trim() === '' || /^\.{1,2}$/.test(glob)) return 'a path or glob of files'
  if (glob.endsWith('/')) return `files, not a folder; did you mean "${glob}*"?`
  if (glob.startsWith('~')) return 'a path from / or relative to this file; ~ is not expanded'
  if (glob.startsWith('!') && !glob.startsWith('!(')) return 'what to match; what not to match is written in "exclude"'
  try {
    picomatch.makeRe(glob, { strictBrackets: true })
    return undefined
  } catch (error) {
    // picomatch says which is missing, and behind a dash how to escape it.
    const which = error instanceof Error ? ` (${error.message.split(' - ')[0]?.toLowerCase()})` : ''
    return `brackets in pairs, or written with \\ before them${which}`
  }
}

/** Elasticsearch counts bytes, a schema characters. */
function checkStreamPart(part: string, path: Path, check: Check): void {
  const bytes = Buffer.byteLength(part)
  if (bytes > 100) check.report({ path }, `${path.join('.')} is ${bytes} bytes long; allowed: at most 100 bytes`)
  else if (part !== part.toLowerCase()) {
    check.report(
      { path },
      `${path.join('.')} is ${check.found(part, path)}; allowed: lower-case letters; did you mean "${part.toLowerCase()}"?`
    )
  }
}
