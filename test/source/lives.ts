// Any life of a log file, made up at random: appends, begun lines, rotations, copies, compression, cuts, holes, deletions, with the
// source stopped and started in between. Whatever the order, every line that stayed within reach becomes exactly one document,
// and what was seen and destroyed before it could be read is said to be lost, to the byte.

import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync
} from 'node:fs'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, vi } from 'vitest'
import { createFolder, type Folder, type Following, type FollowOptions } from './follow.ts'

const deed = fc.constantFrom(
  ...['append', 'append', 'append', 'begin', 'rotate', 'moveAway', 'copyCut', 'copyCut', 'copyAwayCut', 'cutUnder'],
  ...['rewrite', 'remove', 'compress', 'compress', 'stop', 'start', 'loseByCut', 'loseByRemoval']
)
/** What happens to a log, in order; with one open file at most all others come to rest as soon as they are acknowledged. */
export const life = fc.record({
  deeds: fc.array(fc.record({ deed, length: fc.nat(3_000) }), { minLength: 4, maxLength: 16 }),
  maxOpenFiles: fc.constantFrom(1, 1_024)
})

interface Life {
  readonly deeds: readonly { readonly deed: string; readonly length: number }[]
  readonly maxOpenFiles: number
}

/** Lives it through with a real source, and looks for every line. */
export async function live({ deeds, maxOpenFiles }: Life): Promise<void> {
  const options: FollowOptions = { paths: ['app.log*'], maxOpenFiles }
  const folder = createFolder()
  const written: string[] = []
  const followings: Following[] = []
  let following: Following | undefined = await start()
  let lostBytes = 0
  /** Whether app.log ends within a line, and whether all of it is acknowledged. */
  let isBegun = false
  let isSettled = true
  /** Whether the last line was left without its end in a copy. */
  let isTorn = false
  let count = 0
  /** The last line that stands in a copy which no glob matches. */
  let away: string | undefined

  async function start(): Promise<Following> {
    const started = await folder.follow(options)
    followings.push(started)
    return started
  }

  /** Destroys a line that was seen and could not be read: while the source runs and has no room, or while it is stopped. */
  async function lose(running: Following, length: number, byCut: boolean): Promise<void> {
    running.hasRoom = false
    const line = `${text(length)}\n`
    folder.append('app.log', line)
    const { size } = statSync(folder.at('app.log'))
    const isSeen = () => running.source.status().some(file => file.path === folder.at('app.log') && file.size === size)
    await vi.waitFor(() => expect(isSeen()).toBe(true), 5_000)
    lostBytes += line.length
    if (byCut) folder.rewrite('app.log', '')
    else {
      running.acknowledge()
      await running.stop()
      folder.remove('app.log')
      following = await start()
    }
    await vi.waitFor(() => expect(lostOf(followings)).toBe(lostBytes), 5_000)
    running.hasRoom = true
    running.source.resume()
  }

  function text(length: number): string {
    count += 1
    return `${count} ${'x'.repeat(length)}`
  }

  function write(length: number, isWhole: boolean): void {
    const part = text(length)
    if (isBegun) written.push(written.pop() + part)
    else written.push(part)
    folder.append('app.log', isWhole ? `${part}\n` : part)
    isBegun = !isWhole
    isTorn = false
    isSettled = false
  }

  /** Before bytes are destroyed they must have been acknowledged; whoever destroys others loses them. */
  async function settle(): Promise<boolean> {
    if (isBegun) write(1, true)
    if (!isSettled && following === undefined) return false
    if (!isSettled && following !== undefined)
      await acknowledged(folder, following, isTorn ? undefined : written.at(-1))
    isSettled = true
    return true
  }

  /** As long as the original that was cut is there, the copy is looked for. */
  async function isFound(line: string | undefined): Promise<boolean> {
    const has = () => [...folder.documents.values()].includes(line ?? '')
    if (line === undefined || has() || following === undefined) return line === undefined || has()
    await vi.waitFor(() => expect(has()).toBe(true), 5_000)
    return true
  }

  function copyCut(to: string): void {
    copyFileSync(folder.at('app.log'), folder.at(to))
    truncateSync(folder.at('app.log'))
    isTorn ||= isBegun
    isBegun = false
    isSettled = false
  }

  for (const { deed, length } of deeds) {
    if (deed === 'append') write(length, true)
    else if (deed === 'begin') write(length, false)
    else if (deed === 'stop') {
      await following?.stop()
      following = undefined
    } else if (deed === 'start') following ??= await start()
    else if (deed === 'compress' && (await isFound(away))) compress(folder)
    if (!existsSync(folder.at('app.log'))) continue
    if (deed === 'rotate') {
      moveOn(folder)
      folder.rename('app.log', 'app.log.1')
      isBegun = false
    } else if (deed === 'copyCut') {
      moveOn(folder)
      copyCut('app.log.1')
    } else if (deed === 'copyAwayCut' && (await settle()) && statSync(folder.at('app.log')).size > 0) {
      // Only of what was seen before is a copy known that no glob matches.
      write(length, true)
      copyCut(`away.${count}`)
      away = written.at(-1)
    } else if (deed === 'cutUnder' && (await settle())) {
      const writer = openSync(folder.at('app.log'), 'r+')
      const { size } = statSync(folder.at('app.log'))
      truncateSync(folder.at('app.log'))
      written.push(text(length))
      writeSync(writer, `${written.at(-1)}\n`, size)
      closeSync(writer)
      isSettled = false
    } else if (deed === 'moveAway' && (await settle())) folder.rename('app.log', `away.${count}`)
    else if (deed === 'remove' && (await settle())) folder.remove('app.log')
    else if (deed.startsWith('lose') && following !== undefined && (await settle())) {
      await lose(following, length, deed === 'loseByCut')
    } else if (deed === 'rewrite' && (await settle())) {
      written.push(text(length))
      folder.rewrite('app.log', `${written.at(-1)}\n`)
      isSettled = false
    }
  }
  await following?.stop()
  const last = folder.create(options)
  await last.source.readAll()
  expect(lostOf([...followings, last])).toBe(lostBytes)
  const lines = [...folder.documents.values()].map(line => line.replace(/^\0+/, ''))
  expect(lines.toSorted()).toEqual(written.toSorted())
}

const lostOf = (followings: readonly Following[]): number =>
  followings.flatMap(({ ended }) => ended).reduce((sum, { lostBytes }) => sum + lostBytes, 0)

/** Rotated files get higher numbers. */
function moveOn(folder: Folder): void {
  for (let i = 20; i > 0; i -= 1)
    for (const extension of ['', '.gz'])
      if (existsSync(folder.at(`app.log.${i}${extension}`)))
        folder.rename(`app.log.${i}${extension}`, `app.log.${i + 1}${extension}`)
}

/** Rotated files are compressed, as logrotate does it: the archive is whole before the file goes. */
function compress(folder: Folder): void {
  for (let i = 1; i <= 21; i += 1) {
    const name = `app.log.${i}`
    if (!existsSync(folder.at(name))) continue
    writeFileSync(folder.at(`${name}.gz`), gzipSync(readFileSync(folder.at(name))))
    folder.remove(name)
  }
}

/** Waits until all of app.log, which ends with a line, is acknowledged. */
async function acknowledged(folder: Folder, { source }: Following, lastLine: string | undefined): Promise<void> {
  const { size, ino } = statSync(folder.at('app.log'))
  await vi.waitFor(() => {
    const lines = [...folder.documents.values()].map(line => line.replace(/^\0+/, ''))
    if (lastLine !== undefined) expect(lines).toContain(lastLine)
    const standing = source.status().find(({ inode, path }) => {
      return path === folder.at('app.log') && inode === String(ino)
    })
    expect(standing?.checkpoint).toBe(size)
  }, 5_000)
}
