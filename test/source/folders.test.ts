// Files are found in their folders by what they are, also while names move on.

import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createFolders } from '../../src/source/file/folders.ts'
import { createFolder } from './follow.ts'

test('while the names of many files move on, each is found at every look', async () => {
  const folder = createFolder()
  mkdirSync(folder.at('logs'))
  const at = (i: number) => folder.at(`logs/app.log.${i}`)
  for (let i = 0; i < 60; i += 1) writeFileSync(at(i), `${i}\n`)
  const keys = Array.from({ length: 60 }, (_, i) => {
    const { dev, ino } = statSync(at(i), { bigint: true })
    return `${dev}:${ino}`
  })
  let first = 0
  let isOver = false
  // As logrotate does it, the highest number first.
  const moving = (async () => {
    while (!isOver) {
      for (let i = first + 59; i >= first; i -= 1) renameSync(at(i), at(i + 1))
      first += 1
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  })()
  for (let look = 0; look < 40; look += 1) {
    const folders = createFolders(() => look * 1_000)
    for (const key of keys) expect(await folders.find(at(0), key)).toBeDefined()
  }
  isOver = true
  await moving
  expect(await createFolders(Date.now).find(at(0), '1:1')).toBeUndefined()
})
