// What must hold of a pipeline beyond what its schema can say: everything in it that is compiled later compiles.

import picomatch from 'picomatch'
import { compileProcessor } from '#enrich'
import { SluiceError } from '#errors'
import { createGrouping, encodingNames, isEncoding } from '#frame'
import { compileParser } from '#parse'
import { type FileSourceOptions, type ListenOptions, whyNotAllowed } from '#source'
import type { Check } from './check.ts'
import type { Place } from './document.ts'
import { didYouMean } from './nearest.ts'
import type { PipelineDocument } from './pipeline-schema.ts'
import { type Path, pathText } from './problem.ts'
import { mapStrings } from './secrets.ts'
import type { Settings } from './settings-schema.ts'

/** A group of lines may have as many characters as a line has bytes, of up to four bytes each, and its last line besides. */
const READ_AHEAD_LINES = 5

/**
 * Reports globs that can match no file, patterns and conditions that do not compile, and too long names.
 * @param settings its bounds, which a batch and the frames of a listener must fit
 */
export function checkPipeline(
  pipeline: PipelineDocument,
  { budgetBytes, spool: { maxBytes: spoolBytes } }: Pick<Settings, 'budgetBytes' | 'spool'>,
  check: Check
): void {
  if (check.isSound('source', 'type')) {
    if (pipeline.source.type === 'file') checkFiles(pipeline.source, check)
    else checkListener(pipeline.source, pipeline, spoolBytes, check)
  }
  for (const key of ['dataset', 'namespace'] as const) {
    if (check.isSound('destination', key)) checkStreamPart(pipeline.destination[key], ['destination', key], check)
  }
  if (Array.isArray(pipeline.parse)) checkEntries('parse', pipeline.parse, check, compileParser)
  if (Array.isArray(pipeline.enrich)) checkEntries('enrich', pipeline.enrich, check, compileProcessor)
  if (pipeline.multiline !== undefined) checkEntry(['multiline'], pipeline.multiline, check, createGrouping)
  checkEncoding(pipeline, check)
  checkReadAhead(pipeline, check)
  const maxBytes = check.isSound('batch') ? (pipeline.batch?.maxBytes ?? 0) : 0
  if (maxBytes > budgetBytes) {
    const message = `batch.maxBytes is ${maxBytes}; allowed: at most budgetBytes of the settings, which is ${budgetBytes}`
    check.report({ path: ['batch', 'maxBytes'] }, message)
  }
}

function checkFiles(source: FileSourceOptions, check: Check): void {
  for (const key of ['paths', 'exclude'] as const) {
    if (!check.isSound('source', key)) continue
    for (const [index, glob] of source[key].entries()) checkGlob(glob, ['source', key, index], check)
  }
}

/** One frame may take an eighth of the spool, so that there is always room for another. */
const FRAMES = 8

function checkListener(source: ListenOptions, { frame }: PipelineDocument, spoolBytes: number, check: Check): void {
  if ('allow' in source && check.isSound('source', 'allow')) {
    for (const [index, entry] of source.allow.entries()) {
      const path = ['source', 'allow', index]
      const allowed = whyNotAllowed(entry)
      if (allowed === undefined) continue
      check.report({ path }, `${pathText(path)} is ${check.found(entry, path)}; allowed: ${allowed}`)
    }
  }
  if (check.isSound('frame') && frame.container !== undefined) {
    check.report({ path: ['frame', 'container'] }, 'frame.container is for files; allowed: to leave it out')
  }
  if (!('maxFrameBytes' in source) || !check.isSound('source', 'maxFrameBytes')) return
  const most = Math.floor(spoolBytes / FRAMES)
  if (source.maxFrameBytes <= most) return
  const message = `source.maxFrameBytes is ${source.maxFrameBytes}; allowed: at most an eighth of spool.maxBytes of the settings, which is ${most}`
  check.report({ path: ['source', 'maxFrameBytes'] }, message)
}

function checkEncoding({ frame }: PipelineDocument, check: Check): void {
  if (!check.isSound('frame')) return
  const { encoding } = frame
  if (encoding === 'auto' || isEncoding(encoding)) return
  const meant = didYouMean(encoding, ['auto', 'cp949', 'latin1', ...encodingNames])
  const message = `frame.encoding is ${JSON.stringify(encoding)}; allowed: "auto", "cp949", "latin1" or any label of ${encodingNames.join(', ')}${meant}`
  check.report({ path: ['frame', 'encoding'] }, message)
}

/** A record that is longer than what may be read ahead would never be read to its end. */
function checkReadAhead({ source, frame }: PipelineDocument, check: Check): void {
  if (!check.isSound('source') || !check.isSound('frame') || source.type !== 'file') return
  const most = Math.floor(source.maxReadAheadBytes / READ_AHEAD_LINES)
  if (frame.maxLineBytes <= most) return
  const message = `frame.maxLineBytes is ${frame.maxLineBytes}; allowed: at most a fifth of source.maxReadAheadBytes, which is ${most}`
  check.report({ path: ['frame', 'maxLineBytes'] }, message)
}

/** Compiles what compiles alone, so that each entry that does not is named. */
function checkEntries<Entry>(
  key: 'parse' | 'enrich',
  entries: readonly Entry[],
  check: Check,
  compile: (entry: Entry) => unknown
): void {
  for (const [index, entry] of entries.entries()) checkEntry([key, index], entry, check, compile)
}

function checkEntry<Entry>(path: Path, entry: Entry, check: Check, compile: (entry: Entry) => unknown): void {
  if (!check.isSound(...path)) return
  try {
    compile(entry)
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    const place = culpritOf(error, entry, path)
    check.report(place, `${pathText(place.path)}: ${error.message.replace(/^column \d+( of "\w+")?: /, '')}`)
  }
}

/** The text within an entry that an error is about, as its context names it, and the unit in it that broke it. */
function culpritOf({ context }: SluiceError, entry: unknown, path: Path): Place {
  const { option, found, pattern, condition, template, column } = context
  const culprit = pattern ?? condition ?? template ?? found
  const places: Place[] = []
  mapStrings(entry, path, (text, at) => {
    // An option may be a list of texts.
    const key = at.findLast(step => typeof step === 'string')
    const isMeant = text === culprit && (option === undefined || key === option)
    if (isMeant) places.push({ path: at, ...(typeof column === 'number' && { index: column }) })
    return text
  })
  return places[0] ?? { path }
}

function checkGlob(glob: string, path: Path, check: Check): void {
  const why = whyNoGlob(glob)
  if (why !== undefined) check.report({ path }, `the glob is ${check.found(glob, path)}; allowed: ${why}`)
}

function whyNoGlob(glob: string): string | undefined {
  if (glob.trim() === '' || /^\.{1,2}$/.test(glob)) return 'a path or glob of files'
  if (glob.endsWith('/')) return `files, not a folder; did you mean "${glob}*"?`
  if (glob.startsWith('~')) return 'a path from / or relative to this file; ~ is not expanded'
  if (glob.startsWith('!') && !glob.startsWith('!('))
    return 'a glob without ! before it; what is not wanted is written in "exclude"'
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
