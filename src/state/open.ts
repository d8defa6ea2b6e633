// Opens the database of a state folder. One that is damaged is set aside under a dated name, never deleted, and a new one
// takes its place; what the new one does not know is found out anew.

import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SluiceError } from '#errors'
import { isCorrupt } from './faults.ts'
import { migrate } from './schema.ts'

/** A store that was found damaged: where it is now, and what was wrong with it. */
export interface SetAside {
  readonly file: string
  readonly reason: string
}

export interface OpenedStore {
  readonly database: DatabaseSync
  readonly setAside: SetAside | undefined
}

/**
 * Opens the store of a folder that is locked, brought up to date. Throws E_STATE_OPEN or E_STATE_VERSION.
 * @param now names what is set aside
 */
export function openStore(folder: string, now: () => Date): OpenedStore {
  const file = storeFile(folder)
  let database: DatabaseSync | undefined
  try {
    const sound = missingPart(file) ?? openSound(file)
    const setAside = typeof sound === 'string' ? { file: moveAside(file, now()), reason: sound } : undefined
    database = typeof sound === 'string' ? connect(file) : sound
    migrate(database, file)
    // From here on there is a log beside the database, and without it the database may be behind what was promised.
    database.exec(`PRAGMA synchronous = FULL; BEGIN IMMEDIATE; PRAGMA application_id = ${APPLICATION_ID}; COMMIT`)
    writeFileSync(openMark(file), '')
    return { database, setAside }
  } catch (cause) {
    if (database !== undefined) closeStore(folder, database)
    if (cause instanceof SluiceError) throw cause
    throw new SluiceError('E_STATE_OPEN', `cannot open the state store ${file}: ${(cause as Error).message}`, { cause })
  }
}

/** Closes a store; whoever closes it last leaves a database without a log. */
export function closeStore(folder: string, database: DatabaseSync): void {
  database.close()
  const file = storeFile(folder)
  if (!existsSync(`${file}-wal`)) rmSync(openMark(file), { force: true })
}

export const storeFile = (folder: string): string => join(folder, 'state.sqlite')

/** "slui", by which file(1) and others can tell what the database is for. */
const APPLICATION_ID = 0x73_6c_75_69

/** Is there while the database alone does not say everything. */
const openMark = (file: string): string => `${file}-open`

function connect(file: string): DatabaseSync {
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Which of the two files of a store is gone, where one is. */
export function missingPart(file: string): string | undefined {
  const log = `${file}-wal`
  const bytes = sizeOf(file)
  // SQLite would delete a log without a database.
  if (bytes === 0) return sizeOf(log) > 0 ? `it is empty or gone, and its log ${basename(log)} is not` : undefined
  if (!existsSync(openMark(file)) || sizeOf(log) > 0) return undefined
  return `it was not closed, and its log ${basename(log)} is empty or gone`
}

/** The database, sound or new; or what is wrong with it, in SQLite's words. */
function openSound(file: string): DatabaseSync | string {
  let database: DatabaseSync | undefined
  try {
    database = connect(file)
    const found = String(database.prepare('PRAGMA quick_check(1)').get()?.quick_check)
    if (found === 'ok') return database
    database.close()
    return found
  } catch (error) {
    database?.close()
    if (isCorrupt(error)) return (error as Error).message
    throw error
  }
}

/** Renames the files of the store, in a way that SQLite still takes them for one; returns the new name. */
function moveAside(file: string, at: Date): string {
  const day = at.toISOString().replace(/[-:]|\.\d+/g, '')
  let aside = `${file}.damaged-${day}`
  for (let i = 2; existsSync(aside) || existsSync(`${aside}-wal`); i += 1) aside = `${file}.damaged-${day}.${i}`
  rmSync(openMark(file), { force: true })
  rmSync(`${file}-shm`, { force: true })
  // The log first: without its database it is set aside again, a database without its log might not be.
  for (const suffix of ['-wal', '']) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix)
  return aside
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
