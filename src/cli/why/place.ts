// Whether there is a file at a path and whether it may be read, as the system says; the first folder that is in the way is
// named.

import { type BigIntStats, constants } from 'node:fs'
import { access, lstat, readlink, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { ok, type Step, wrong } from './step.ts'

/** What is found at a path, with the steps that led there; `stats` only where it is a file. */
export interface Place {
  readonly steps: readonly Step[]
  readonly stats: BigIntStats | undefined
}

export async function findPlace(path: string): Promise<Place> {
  const stats = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => error)
  if (stats instanceof Error) return { steps: [await whyNot(path, stats)], stats: undefined }
  const exists = ok('exists', path)
  if (stats.isFile()) return { steps: [exists, ok('file', `a regular file of ${stats.size} bytes`)], stats }
  const advice = stats.isDirectory() ? `name files in it: "${path}/*"` : 'only regular files are read'
  return { steps: [exists, wrong('file', `it is ${kindOf(stats)}`, advice)], stats: undefined }
}

/** Whether the user who asks may read the file. */
export async function mayRead(path: string, { mode, uid }: BigIntStats): Promise<Step> {
  const { username } = userInfo()
  try {
    await access(path, constants.R_OK)
    return ok('permission', `${username} may read it`)
  } catch {
    const says = `${username} may not read it: its mode is ${(mode & 0o777n).toString(8)} and its owner has the id ${uid}`
    return wrong(
      'permission',
      says,
      `let the user of sluice read it, for instance by its group: setfacl -m u:${username}:r ${path}`
    )
  }
}

async function whyNot(path: string, { code, message }: NodeJS.ErrnoException): Promise<Step> {
  const link = await readlink(path).catch(() => undefined)
  if (code === 'ENOENT' && link !== undefined) {
    return wrong('exists', `it is a symlink to ${link}, which is not there`, 'lead it to a file')
  }
  const [folder, first] = await firstMissing(path)
  if (code === 'ENOENT') return wrong('exists', `there is no ${first}; ${folder} is there`, 'check the path')
  if (code === 'EACCES') {
    const { username } = userInfo()
    const says = `${username} may not look into the folder ${folder}`
    return wrong('permission', says, `let the user of sluice pass through it: setfacl -m u:${username}:x ${folder}`)
  }
  return wrong(
    'exists',
    message,
    code === 'ENOTDIR' ? `${folder} is no folder: check the path` : 'see what the system says'
  )
}

/** The deepest folder of a path that can be reached, and what in it cannot. */
async function firstMissing(path: string): Promise<[folder: string, first: string]> {
  let first = path
  for (let folder = dirname(path); ; first = folder, folder = dirname(folder)) {
    if (folder === first || (await lstat(folder).catch(() => undefined)) !== undefined) return [folder, first]
  }
}

function kindOf(stats: BigIntStats): string {
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a named pipe'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}
