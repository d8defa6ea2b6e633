// Which pipelines take a file: by their globs, or because it was named to them; and how near those come that do not.

import type { PipelineConfig } from '#config'
import { explainGlobs, type Wanted } from '#source'
import { ok, type Step, wrong } from './step.ts'

/** So many pipelines that do not want a file are told of, those that come nearest. */
const MOST_TOLD = 3

export interface Takers {
  readonly takers: readonly PipelineConfig[]
  /** What the globs say of it. */
  readonly globs: readonly Step[]
}

/** Finds the pipelines that a path is read by; `isKnown` tells whether one has read the file there before. */
export function findTakers(
  path: string,
  pipelines: readonly PipelineConfig[],
  isKnown: (pipeline: PipelineConfig) => boolean
): Takers {
  if (pipelines.length === 0) {
    return { takers: [], globs: [wrong('pipeline', 'there is no pipeline', 'name one with -p')] }
  }
  const asked = pipelines.map(pipeline => {
    const { paths, exclude } = pipeline.source
    return { pipeline, wanted: explainGlobs(paths, exclude, path) }
  })
  const wanting = asked.flatMap(({ pipeline, wanted }) => (wanted.kind === 'wanted' ? [{ pipeline, wanted }] : []))
  const named = wanting.length > 0 ? [] : pipelines.filter(isKnown)
  if (wanting.length + named.length > 0) {
    const says = wanting.map(({ pipeline: { name }, wanted: { pattern } }) => `${name} wants it: ${pattern}`)
    says.push(...named.map(({ name }) => `${name} has read it as a file of another name, or by \`import\``))
    return {
      takers: [...wanting.map(({ pipeline }) => pipeline), ...named],
      globs: says.map(one => ok('pipeline', one))
    }
  }
  const excluding = asked.flatMap(({ pipeline, wanted }) => (wanted.kind === 'excluded' ? [{ pipeline, wanted }] : []))
  if (excluding.length === 0) return { takers: [], globs: tellOfOthers(path, asked) }
  const globs = excluding.map(({ pipeline: { name }, wanted: { exclude } }) =>
    wrong('exclude', `${name} excludes it: ${exclude}`, `take the pattern out of source.exclude of ${name}`)
  )
  return { takers: [], globs }
}

function tellOfOthers(
  path: string,
  asked: readonly { readonly pipeline: PipelineConfig; readonly wanted: Wanted }[]
): Step[] {
  const advice = `add "${path}", or a glob for it, to source.paths of a pipeline`
  const others = asked.flatMap(({ pipeline: { name }, wanted }) =>
    wanted.kind === 'unwanted' ? [{ name, wanted, depth: wanted.fits.split('/').filter(Boolean).length }] : []
  )
  const told = others.sort((a, b) => b.depth - a.depth).slice(0, MOST_TOLD)
  const steps = told.map(({ name, wanted: { pattern, fits, wants, has } }) => {
    const says = `${name}: ${pattern} fits to ${fits} and then has ${wants || 'an end'}, the path has ${has || 'an end'}`
    return wrong('pipeline', says, advice)
  })
  const left = others.length - told.length
  return left === 0 ? steps : [...steps, wrong('pipeline', `${left} more do not want it`, advice)]
}
