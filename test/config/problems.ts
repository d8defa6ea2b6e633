// Tables of wrong configurations and of what is said of them.

import { expect, test } from 'vitest'
import { pipelineSchema, settingsSchema } from '#config'
import { type Env, type Files, pipeline, problemsOf } from './folder.ts'

type Node = {
  readonly properties?: Record<string, Node>
  readonly oneOf?: readonly Node[]
  readonly items?: Node
  readonly const?: string
}

/** What messages list of a schema: the names of its keys. */
const keysOf = (node: Node | undefined): string => listed(Object.keys(node?.properties ?? {}))
const listed = (names: readonly string[]): string => names.map(name => JSON.stringify(name)).join(', ')
const settings = settingsSchema as unknown as Node
const pipelineNode = pipelineSchema as unknown as Node
const { source, parse, enrich } = pipelineNode.properties ?? {}

export const settingsKeys = keysOf(settings)
export const elasticsearchKeys = keysOf(settings.properties?.elasticsearch)
export const sourceKeys = keysOf(source?.oneOf?.[0])
export const sources = listed((source?.oneOf ?? []).map(({ properties }) => properties?.type?.const ?? ''))
export const formats = listed((parse?.items?.oneOf ?? []).map(({ properties }) => properties?.format?.const ?? ''))
/** The keys of a format. */
export const keysOfFormat = (name: string): string =>
  keysOf((parse?.items?.oneOf ?? []).find(({ properties }) => properties?.format?.const === name))
export const processors = keysOf(enrich?.items)
export const streamPart = 'lower-case text of at most 100 bytes without blanks and without \\ / * ? " < > | , # : -'
export const placeholders = '${NAME} from the environment, ${file:/path} from a file, $${ for a plain ${'

export interface Row {
  readonly name: string
  readonly files: Files
  readonly env?: Env
  readonly problems: readonly string[]
}

/** Settings that are wrong, with a pipeline that is right. */
export const inSettings = (text: string, ...problems: string[]): Omit<Row, 'name'> => ({
  files: { 'sluice.json': text, 'pipelines/web.json': pipeline() },
  problems: problems.map(problem => `sluice.json:${problem}`)
})

/** A pipeline that is wrong, given as text. */
export const inPipeline = (text: string, ...problems: string[]): Omit<Row, 'name'> => ({
  files: { 'sluice.json': {}, 'pipelines/web.json': text },
  problems: problems.map(problem => `pipelines/web.json:${problem}`)
})

/** A pipeline of which one key, on a line of its own, is wrong. */
export const inKey = (key: string, json: string, ...problems: string[]): Omit<Row, 'name'> => {
  const { [key]: _, ...others } = pipeline()
  const text = `${JSON.stringify(others).slice(0, -1)},\n"${key}": ${json}}`
  return inPipeline(text, ...problems.map(problem => `2:${problem}`))
}

/** Asserts the whole message of each configuration. */
export function testProblems(rows: readonly Row[]): void {
  test.each(rows)('$name', async ({ files, env, problems }) => {
    expect(await problemsOf(files, env)).toEqual(problems)
  })
}
