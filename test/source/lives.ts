// Any life of a log file, made up at random: appends, begun lines, rotations, cuts, deletions, with the source stopped and
// started in between. Whatever the order, every line that was written becomes exactly one document.

import { existsSync, statSync } from 'node:fs'
import fc from 'fast-check'
import { expect, vi } from 'vitest'
import { createFolder, type Folder, type Following, type FollowOptions } from './follow.ts'

const deed = fc.constantFrom('append', 'append', 'begin', 'rotate', 'moveAway', 'rewrite', 'remove', 'stop', 'start')
/** What happens to a log, in order. */
export const life = fc.array(fc.record({ deed, length: fc.nat(3_000) }), { minLength: 4, maxLength: 16 })

type Life = readonly { readonly deed: string; readonly length: number }[]

const options: FollowOptions = { paths: ['app.log*'] }

/** Lives it through with a real source, and looks for every line. */
export async function live(deeds: Life): Promise<void> {
  const folder = createFolder()
  const written: string[] = []
  let following: Following | undefined = await folder.follow(options)
  /** Whether app.log ends within a line, and whether all of it is acknowledged. */
  let isBegun = false
  let isSettled = true
  let count = 0

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
    isSettled = false
  }

  /** Before bytes are destroyed they must have been acknowledged; whoever destroys others loses them. */
  async function settle(): Promise<boolean> {
    if (isBegun) write(1, true)
    if (!isSettled && following === undefined) return false
    if (!isSettled && following !== undefined) await acknowledged(folder, following, written.at(-1))
    isSettled = true
    return true
  }

  for (const { deed, length } of deeds) {
    if (deed === 'append') write(length, true)
    else if (deed === 'begin') write(length, false)
    else if (deed === 'stop') {
      await following?.stop()
      following = undefined
    } else if (deed === 'start') following ??= await folder.follow(options)
    if (!existsSync(folder.at('app.log'))) continue
    if (deed === 'rotate') {
      for (let i = 9; i > 0; i -= 1)
        if (existsSync(folder.at(`app.log.${i}`))) folder.rename(`app.log.${i}`, `app.log.${i + 1}`)
      folder.rename('app.log', 'app.log.1')
      isBegun = false
    } else if (deed === 'moveAway' && (await settle())) folder.rename('app.log', `away.${count}`)
    else if (deed === 'remove' && (await settle())) folder.remove('app.log')
    else if (deed === 'rewrite' && (await settle())) {
      written.push(text(length))
      folder.rewrite('app.log', `${written.at(-1)}\n`)
      isSettled = false
    }
  }
  await following?.stop()
  const last = folder.create(options)
  await last.source.readAll()
  expect([...folder.documents.values()].toSorted()).toEqual(written.toSorted())
}

/** Waits until all of app.log, which ends with a line, is acknowledged. */
async function acknowledged(folder: Folder, { source }: Following, lastLine = ''): Promise<void> {
  const { size, ino } = statSync(folder.at('app.log'))
  await vi.waitFor(() => {
    expect([...folder.documents.values()]).toContain(lastLine)
    const standing = source.status().find(({ generation, path }) => {
      return path === folder.at('app.log') && generation.inode === String(ino)
    })
    expect(standing?.checkpoint).toBe(size)
  }, 5_000)
}
