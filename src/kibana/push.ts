// Brings saved objects to Kibana. What somebody has edited there stays unless it is asked otherwise, data views stay
// always so, and a 200 alone is believed of nothing: Kibana says it, too, when it has written nothing.

import { SluiceError } from '#errors'
import { isAsPushed, markOf } from './mark.ts'
import type { KibanaOptions } from './options.ts'
import { accepted, createAsk } from './request.ts'
import { ndjson, readNdjson, type SavedObject } from './saved-object.ts'
import { inSpace } from './space.ts'

/**
 * - new: it is not there.
 * - same: it is there as it would be pushed.
 * - outdated: it is there as another version of Sluice has pushed it.
 * - edited: somebody has changed it; it is left alone unless that is forced.
 */
export type Standing = 'new' | 'same' | 'outdated' | 'edited'

/** What a push does, or would do, with one object. */
export interface Planned {
  readonly object: SavedObject
  readonly standing: Standing
  readonly isWritten: boolean
  /** Titles of panels that come, go and change. */
  readonly panels: { readonly added: string[]; readonly removed: string[]; readonly changed: string[] }
}

/** @throws SluiceError `E_KIBANA_PUSH` where Kibana refuses */
export async function planPush(
  options: KibanaOptions,
  objects: readonly SavedObject[],
  isForced: boolean
): Promise<Planned[]> {
  const present = new Map((await exported(options)).map(object => [`${object.type}:${object.id}`, object]))
  return inSpace(objects, options.space).map(object => {
    const there = present.get(`${object.type}:${object.id}`)
    const standing = standingOf(object, there)
    const isWritten = standing === 'new' || standing === 'outdated' || (isForced && standing === 'edited')
    return { object, standing, isWritten, panels: compared(there, object) }
  })
}

/** A data view that is there is the user's: it may have fields and formats of theirs. */
function standingOf(object: SavedObject, there: SavedObject | undefined): Standing {
  if (there === undefined) return 'new'
  if (object.type === 'index-pattern')
    return JSON.stringify(viewOf(there)) === JSON.stringify(viewOf(object)) ? 'same' : 'edited'
  if (!isAsPushed(there)) return 'edited'
  return markOf(there) === markOf(object) ? 'same' : 'outdated'
}

const viewOf = ({ attributes }: SavedObject) => [
  attributes.title,
  attributes.runtimeFieldMap,
  attributes.fieldFormatMap
]

/** Every dashboard and data view of the space. @throws SluiceError `E_KIBANA_PUSH` where Kibana refuses */
export async function exported(options: KibanaOptions): Promise<SavedObject[]> {
  const ask = createAsk(options, false)
  const answer = await ask('POST', '/api/saved_objects/_export', {
    type: ['dashboard', 'index-pattern'],
    includeReferencesDeep: false,
    excludeExportDetails: true
  })
  if (answer.status !== 200) accepted('cannot read what is there', answer)
  return readNdjson(answer.text)
}

/**
 * Writes what is planned to be written: data views first, which dashboards refer to.
 * @throws SluiceError `E_KIBANA_PUSH` with what Kibana has not taken, and whether it has taken anything
 */
export async function push(options: KibanaOptions, planned: readonly Planned[]): Promise<void> {
  const written = planned.filter(({ isWritten }) => isWritten)
  for (const type of ['index-pattern', 'dashboard']) {
    const group = written.filter(({ object }) => object.type === type)
    const isOver = group.some(({ standing }) => standing !== 'new')
    if (group.length > 0)
      await importObjects(
        options,
        group.map(({ object }) => object),
        isOver
      )
  }
}

interface ImportAnswer {
  readonly success?: boolean
  readonly successResults?: readonly { readonly type: string; readonly id: string; readonly destinationId?: string }[]
  readonly errors?: readonly {
    readonly type: string
    readonly id: string
    readonly error: {
      readonly type: string
      readonly message?: string
      readonly references?: readonly { readonly id: string }[]
    }
  }[]
}

/** Errors of one object at which Kibana writes none at all. */
const STOPPING = new Set(['missing_references', 'conflict', 'ambiguous_conflict'])

async function importObjects(options: KibanaOptions, objects: readonly SavedObject[], isOver: boolean): Promise<void> {
  const form = new FormData()
  form.append('file', new Blob([ndjson(objects)], { type: 'application/ndjson' }), 'sluice.ndjson')
  const ask = createAsk(options, false)
  const answer = await ask('POST', `/api/saved_objects/_import?overwrite=${isOver}`, form)
  const { success, successResults = [], errors = [] } = (accepted('cannot import', answer) ?? {}) as ImportAnswer
  const moved = successResults.filter(({ id, destinationId }) => destinationId !== undefined && destinationId !== id)
  const problems = [
    ...errors.map(({ type, id, error }) => {
      const missing = error.references?.map(reference => reference.id).join(', ')
      return `${type} ${id}: ${error.type}${missing === undefined ? '' : ` ${missing}`}${error.message === undefined ? '' : ` ${error.message}`}`
    }),
    ...moved.map(({ type, id, destinationId }) => `${type} ${id}: another space has it, and it became ${destinationId}`)
  ]
  if (success === true && problems.length === 0) return
  const isNothing = errors.some(({ error }) => STOPPING.has(error.type))
  const what = isNothing ? 'Kibana has written nothing' : 'Kibana has not written all'
  throw new SluiceError('E_KIBANA_PUSH', [what, ...problems].join('\n  '), { context: { errors } })
}

interface Titled {
  readonly panelIndex: string
  readonly title?: string
}

function compared(before: SavedObject | undefined, after: SavedObject): Planned['panels'] {
  const [old, own] = [panelsOf(before), panelsOf(after)]
  const titles = (ids: readonly string[]): string[] => ids.map(id => (own.get(id) ?? old.get(id))?.title ?? id)
  return {
    added: titles([...own.keys()].filter(id => !old.has(id))),
    removed: titles([...old.keys()].filter(id => !own.has(id))),
    changed: titles(
      [...own.keys()].filter(id => old.has(id) && JSON.stringify(old.get(id)) !== JSON.stringify(own.get(id)))
    )
  }
}

function panelsOf(object: SavedObject | undefined): Map<string, Titled> {
  const panels: Titled[] = JSON.parse(String(object?.attributes.panelsJSON ?? '[]'))
  return new Map(panels.map(panel => [panel.panelIndex, panel]))
}
