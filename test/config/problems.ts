// Tables of wrong configurations and of what is said of them.

import { expect, test } from 'vitest'
import { type Env, type Files, pipeline, problemsOf } from './folder.ts'

export const settingsKeys =
  '"$schema", "elasticsearch", "stateDir", "pipelines", "budgetBytes", "batch", "host", "drainMs", "metrics", "health", "log"'
export const elasticsearchKeys = '"nodes", "username", "password", "apiKey", "caFile", "verifyCertificates", "bulk"'
export const sourceKeys =
  '"type", "paths", "exclude", "startAt", "sweepMs", "closeInactiveMs", "releaseDeletedMs", "ignoreOlderMs", "maxOpenFiles", "maxReadAheadBytes"'
export const formats = '"json", "nginx", "python-logging", "regex"'
export const processors = '"append", "convert", "drop", "lowercase", "remove", "rename", "set", "trim", "uppercase"'
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
