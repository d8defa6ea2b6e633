// The standard definitions of grok's names, as data/grok holds them: legacy, and ecs-v1, whose names lead to ECS fields.
// Each set is read once, when a pattern first asks for it.

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolder } from '../data-folder.ts'

/** Expressions by their names. */
export type Definitions = ReadonlyMap<string, string>

const folder = join(dataFolder, 'grok')
const read = new Map<string, Definitions>()

/** @param set which of the two sets, named as `ecs_compatibility` of Elasticsearch's grok processor names them */
export function standardDefinitions(set: 'disabled' | 'v1'): Definitions {
  const name = set === 'v1' ? 'ecs-v1' : 'legacy'
  const known = read.get(name) ?? readSet(name)
  read.set(name, known)
  return known
}

function readSet(name: string): Definitions {
  const files = globSync('*', { cwd: join(folder, name) }).sort()
  const lines = files.flatMap(file => readFileSync(join(folder, name, file), 'utf8').split('\n'))
  return new Map(
    lines
      .map(line => /^([A-Z0-9_a-z]+) +(.*?) *$/.exec(line))
      .flatMap(match => (match === null ? [] : [[match[1] ?? '', match[2] ?? '']]))
  )
}
