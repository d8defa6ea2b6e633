// From files to a configuration: reads them all, gathers everything wrong in all of them, and returns only what is right
// in full.

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { TSchema } from 'typebox'
import type { BatchOptions } from '#batch'
import type { FrameOptions } from '#frame'
import {
  type Claim,
  claimsOf,
  doCollide,
  type FileSourceOptions,
  formatOf,
  type ListenOptions,
  spoolFolder,
  spoolSource
} from '#source'
import { type Check, createCheck } from './check.ts'
import { checkPipeline } from './check-pipeline.ts'
import { checkSettings } from './check-settings.ts'
import { type Document, emptyDocument, isWritten, problemAt, readDocument } from './document.ts'
import { findPipelines, resolveExclude, resolveGlob } from './paths.ts'
import { type PipelineDocument, pipelineSchema } from './pipeline-schema.ts'
import { configError, type Path, type Problem, pathText } from './problem.ts'
import { schemaAt } from './schema.ts'
import { type Environment, mapStrings, type Resolved, redactWith, resolveSecrets, type Secrets } from './secrets.ts'
import { type Settings, settingsSchema } from './settings-schema.ts'
import { createValidate } from './validate.ts'

/** A pipeline with all defaults filled in and all paths absolute. */
export interface PipelineConfig extends Omit<PipelineDocument, '$schema' | 'batch' | 'source' | 'frame'> {
  /** The absolute path of the file it stands in. */
  readonly file: string
  /** Its own bounds and, where it gives none, those of the settings. */
  readonly batch: BatchOptions
  /** The files that are followed: those of its spool where it listens. */
  readonly source: FileSourceOptions
  /** What fills its spool. */
  readonly listen?: ListenOptions
  readonly frame: FrameOptions
}

/** All that was configured. Credentials stand in it as they are: show what `describe` gives. */
export interface Config {
  /** The absolute path of the settings file; undefined where there is none and all settings are defaults. */
  readonly settingsFile: string | undefined
  readonly settings: Settings
  /** In the order of their files. Empty where nothing names pipelines and `pipelines/*.json` matches none. */
  readonly pipelines: readonly PipelineConfig[]
  /** The whole configuration as JSON, with placeholders as they were written and credentials hidden. */
  describe(): unknown
  /** A text in which all secrets are replaced by their placeholders. */
  redact(text: string): string
}

/** Where the configuration is. */
export interface LoadOptions {
  /** Where left out, `sluice.json` in the working directory is used if it is there. */
  readonly settingsFile?: string | undefined
  /** Pipelines to load instead of those that the settings name; relative paths count from the working directory. */
  readonly pipelineFiles?: readonly string[] | undefined
  /** Where `${NAME}` is looked up. */
  readonly env: Environment
}

/** A file that was read and held against its schema; `value` is what it claims to be where `check.isSound` says so. */
interface Loaded<Value> {
  readonly resolved: Resolved
  readonly value: Value
  readonly check: Check
  readonly problems: Problem[]
}

/**
 * Reads the settings and all pipelines.
 * @throws SluiceError `E_CONFIG` with everything wrong in all files, one line each, as `file:line:column: …`;
 * `context.problems` holds them as `Problem[]`
 */
export async function loadConfig({ settingsFile, pipelineFiles, env }: LoadOptions): Promise<Config> {
  const unreadable: Problem[] = []
  const secrets: Secrets = new Map()
  const file = resolve(settingsFile ?? 'sluice.json')
  const hasFile = settingsFile !== undefined || existsSync(file)
  const document = (hasFile ? await readDocument(file, unreadable) : undefined) ?? emptyDocument(file)
  const [settings] = loadAll([document], settingsSchema, () => true, env, secrets) as [Loaded<Settings>]
  checkSettings(settings.value, settings.check)

  const files = pipelineFiles?.map(name => resolve(name)) ?? (await listedPipelines(settings))
  const documents = await Promise.all(files.map(name => readDocument(name, unreadable)))
  const readable = documents.filter(document => document !== undefined)
  const pipelines = loadAll<PipelineDocument>(readable, pipelineSchema, isFilledIn, env, secrets)
  for (const { value, check } of pipelines) checkPipeline(value, settings.value, check)
  refuseSharedNames(pipelines)
  refuseSharedPorts(pipelines)

  const problems = [...unreadable, ...settings.problems, ...pipelines.flatMap(pipeline => pipeline.problems)]
  if (problems.length > 0) throw configError(problems)
  return toConfig(hasFile ? file : undefined, settings, pipelines, secrets)
}

/** Placeholders of pipelines are filled in where no pattern can stand, because patterns are written with `${` too. */
const isFilledIn = ([section, key]: Path): boolean =>
  section === 'destination' || (section === 'source' && (key === 'token' || key === 'sharedKey'))

/** Holds documents of one kind against their schema. */
function loadAll<Value>(
  documents: readonly Document[],
  schema: TSchema,
  isFilledIn: (path: Path) => boolean,
  env: Environment,
  secrets: Secrets
): Loaded<Value>[] {
  const rules = { isFilledIn, isHidden: (path: Path) => schemaAt(schema, path)?.writeOnly === true }
  const read = documents.map(document => {
    const problems: Problem[] = []
    return { problems, resolved: resolveSecrets(document, rules, env, secrets, problems) }
  })
  const validate = createValidate(
    schema,
    read.map(({ resolved }) => resolved.value)
  )
  return read.map(({ problems, resolved }) => {
    validate(resolved, problems)
    // Where the document is no object, its checks still ask for keys.
    const value = (Object(resolved.value) === resolved.value ? resolved.value : {}) as Value
    return { resolved, value, check: createCheck(resolved, problems), problems }
  })
}

function listedPipelines({ resolved: { document }, value, check }: Loaded<Settings>): Promise<string[]> {
  const isDefault = !isWritten(document, ['pipelines'])
  return findPipelines(check.isSound('pipelines') ? value.pipelines : [], { isDefault, except: document.file, check })
}

function refuseSharedNames(pipelines: readonly Loaded<PipelineDocument>[]): void {
  const place = { path: ['name'] }
  const seen = new Map<string, Document>()
  for (const { resolved, value, check } of pipelines) {
    if (!check.isSound('name')) continue
    const first = seen.get(value.name)
    if (first === undefined) seen.set(value.name, resolved.document)
    else {
      const { file, line, column } = problemAt(first, place, '')
      check.report(place, `the name "${value.name}" is taken, by ${file}:${line}:${column}; allowed: a name of its own`)
    }
  }
}

function refuseSharedPorts(pipelines: readonly Loaded<PipelineDocument>[]): void {
  const place = { path: ['source', 'port'] }
  const taken: { readonly claim: Claim; readonly document: Document }[] = []
  for (const { resolved, value, check } of pipelines) {
    if (!check.isSound('source') || value.source.type === 'file') continue
    const claims = claimsOf(value.source)
    const first = taken.find(({ claim }) => claims.some(each => doCollide(each, claim)))
    if (first !== undefined) {
      const { file, line, column } = problemAt(first.document, place, '')
      const { protocol, port } = first.claim
      check.report(
        place,
        `port ${port} (${protocol}) is taken, by ${file}:${line}:${column}; allowed: a port of its own`
      )
    }
    taken.push(...claims.map(claim => ({ claim, document: resolved.document })))
  }
}

function toConfig(
  settingsFile: string | undefined,
  own: Loaded<Settings>,
  loaded: readonly Loaded<PipelineDocument>[],
  secrets: Secrets
): Config {
  const settings = absoluteSettings(own)
  const pipelines = loaded.map(pipeline => absolutePipeline(pipeline, settings))
  return {
    settingsFile,
    settings,
    pipelines,
    describe: () => ({
      settingsFile,
      settings: show(settings, own.resolved),
      pipelines: loaded.map(({ resolved }, index) => show(pipelines[index], resolved))
    }),
    redact: redactWith(secrets)
  }
}

const show = (value: unknown, { shown }: Resolved): unknown =>
  mapStrings(value, [], (text, path) => shown.get(pathText(path)) ?? text)

function absoluteSettings({ value, resolved: { document } }: Loaded<Settings>): Settings {
  const { folder } = document
  const { caFile } = value.elasticsearch
  const { kibana } = value
  return {
    ...value,
    elasticsearch: { ...value.elasticsearch, ...(caFile !== undefined && { caFile: resolve(folder, caFile) }) },
    ...(kibana !== undefined && {
      kibana: { ...kibana, ...(kibana.caFile !== undefined && { caFile: resolve(folder, kibana.caFile) }) }
    }),
    stateDir: resolve(folder, value.stateDir),
    pipelines: value.pipelines.map(pattern => resolveGlob(folder, pattern))
  }
}

function absolutePipeline(
  { value, resolved: { document } }: Loaded<PipelineDocument>,
  settings: Settings
): PipelineConfig {
  const { name, source, multiline, enrich, destination, batch, tests } = value
  const { file } = document
  const format = source.type === 'file' ? undefined : formatOf(source)
  const parse = format === undefined || isWritten(document, ['parse']) ? value.parse : [{ format }]
  return {
    file,
    name,
    ...absoluteSource(value, document.folder, settings),
    ...(multiline !== undefined && { multiline }),
    parse,
    enrich,
    destination,
    batch: { ...settings.batch, ...batch },
    tests
  }
}

/** The files that a pipeline follows, whether they are its own or those of its spool. */
function absoluteSource(
  { name, source, frame }: PipelineDocument,
  folder: string,
  { stateDir }: Settings
): Pick<PipelineConfig, 'source' | 'listen' | 'frame'> {
  if (source.type === 'file') {
    const paths = source.paths.map(pattern => resolveGlob(folder, pattern))
    const exclude = source.exclude.map(pattern => resolveExclude(folder, pattern))
    return { source: { ...source, paths, exclude }, frame }
  }
  const { source: followed, maxLineBytes } = spoolSource(source, spoolFolder(stateDir, name))
  return {
    source: followed,
    listen: absoluteListen(source, folder),
    frame: { ...frame, container: 'spool', maxLineBytes }
  }
}

function absoluteListen(source: ListenOptions, folder: string): ListenOptions {
  const path = 'path' in source && source.path !== undefined ? { path: resolve(folder, source.path) } : {}
  if (!('tls' in source) || source.tls === undefined) return { ...source, ...path }
  const files = Object.entries(source.tls).map(([key, file]) => [key, resolve(folder, file)])
  return { ...source, ...path, tls: Object.fromEntries(files) }
}
