// Which stored position a person means by a path or the id of a generation.

import { resolve } from 'node:path'
import type { Config } from '#config'
import { SluiceError } from '#errors'
import { createGlobs, createLocate, type Whereabouts } from '#source'
import { type Audited, readState, type StateReader } from '#state'

/** A stored position and its file as it is now. */
export interface Known extends Audited {
  /** Where the file is now, or where it was last seen. */
  readonly path: string
  readonly onDisk: Whereabouts
}

export interface OpenedKnown {
  readonly reader: StateReader
  readonly known: readonly Known[]
}

/** Reads all positions, oldest first; the caller closes the reader. */
export async function openKnown(config: Config, pipelineName?: string): Promise<OpenedKnown> {
  const reader = readState(config.settings.stateDir)
  const locate = createLocate(async () => {
    const globs = config.pipelines.map(({ source }) => createGlobs(source.paths, source.exclude))
    return (await Promise.all(globs.map(({ list }) => list()))).flat()
  })
  const known: Known[] = []
  for (const audited of reader.audit(pipelineName)) {
    const onDisk = await locate(audited.position)
    known.push({ ...audited, onDisk, path: onDisk.kind === 'gone' ? audited.position.path : onDisk.path })
  }
  return { reader, known }
}

/** Whether a path, as it is now or was last, or a generation's id names it. */
export function isOf({ position, path }: Known, name: string): boolean {
  return position.generation.id === name || path === resolve(name)
}

/**
 * The one position that a path or a generation's id names: of several that a path has had, the one whose file is there.
 * Throws E_USAGE where there is none or a choice.
 */
export function chooseOne(known: readonly Known[], name: string): Known {
  const named = known.filter(one => isOf(one, name))
  const present = named.filter(({ onDisk }) => onDisk.kind === 'found')
  const [chosen, other] = present.length > 0 ? present : named
  if (chosen === undefined) {
    throw new SluiceError('E_USAGE', `nothing was read of ${name}: sluice positions list shows of what there was`)
  }
  if (other === undefined) return chosen
  const ids = (present.length > 0 ? present : named).map(({ pipeline, position: { generation } }) => {
    return `${generation.id} (${pipeline})`
  })
  throw new SluiceError('E_USAGE', `${name} has ${ids.length} generations: name one, ${ids.join(', ')}`)
}
