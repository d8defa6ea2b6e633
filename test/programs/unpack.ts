// Programs that tests need, kept in the user's cache folder for all projects and runs. A folder is made by one process at
// a time and counts only when it is complete.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../../src/embedded/cache-folder.ts'
import { withLock } from '../../src/embedded/lock.ts'

const programs = join(cacheFolder(process.env), 'programs')

/** The folder `name` of the cache; `make` fills it, empty as it is, where no earlier run has done so to the end. */
export async function unpack(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(programs, name)
  const mark = join(folder, '.complete')
  if (existsSync(mark)) return folder
  mkdirSync(programs, { recursive: true })
  await withLock(`${folder}.lock`, {}, async () => {
    if (existsSync(mark)) return
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    await make(folder)
    writeFileSync(mark, '')
  })
  return folder
}
