// Configurations written into a folder of their own and loaded from there.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Config, loadConfig } from '#config'
import { SluiceError } from '#errors'

/** Files by name; what is no text is written as JSON. */
export type Files = Readonly<Record<string, unknown>>
export type Env = Readonly<Record<string, string>>

/** A new folder with these files in it, gone after the test. */
export function folderWith(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content))
  }
  return folder
}

/** Loads `sluice.json` of a folder and all that it names. */
export function load(folder: string, env: Env = {}): Promise<Config> {
  return loadConfig({ settingsFile: join(folder, 'sluice.json'), env })
}

/** The lines that loading these files fails with, without the folder. */
export async function problemsOf(files: Files, env: Env = {}): Promise<string[]> {
  const folder = folderWith(files)
  try {
    await load(folder, env)
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'E_CONFIG') {
      return error.message.replaceAll(`${folder}/`, '').split('\n')
    }
    throw error
  }
  return []
}

/** A pipeline that is right, with some of its keys replaced. */
export function pipeline(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    name: 'web',
    source: { type: 'file', paths: ['/var/log/web.log'] },
    destination: { dataset: 'web' },
    ...changes
  }
}
