// Writes the log of a workload once and keeps it among the temporary files: the same name is always the same bytes, and
// one whose size or hash does not fit any more is written anew.

import { createHash } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom } from './random.ts'
import type { Workload } from './workload/workload.ts'

const SEED = 20_261_120
const CHUNK_BYTES = 1_048_576

/** A log as it lies on disk. */
export interface Input {
  readonly path: string
  readonly records: number
  readonly bytes: number
}

interface Seal {
  readonly bytes: number
  readonly sha256: string
}

/** The log of a workload with so many records; reading it to prove it leaves it in the file system's cache. */
export function inputFor(workload: Workload, records: number, folder = join(tmpdir(), 'sluice-bench')): Input {
  mkdirSync(folder, { recursive: true })
  const stem = `${workload.name}-${records}-`
  const path = join(folder, `${stem}${recipe(workload)}.log`)
  if (isAsSealed(path)) return { path, records, bytes: statSync(path).size }
  for (const file of readdirSync(folder)) if (file.startsWith(stem)) rmSync(join(folder, file))
  const seal = write(workload, records, `${path}.part`)
  renameSync(`${path}.part`, path)
  writeFileSync(`${path}.json`, JSON.stringify(seal))
  return { path, records, bytes: seal.bytes }
}

/** Names what the records are made by: another generator, another file. */
function recipe({ name }: Workload): string {
  const hash = createHash('sha256').update(String(SEED))
  for (const file of ['random.ts', `workload/${name}.ts`]) hash.update(readFileSync(join(import.meta.dirname, file)))
  return hash.digest('hex').slice(0, 12)
}

function isAsSealed(path: string): boolean {
  let seal: Seal
  try {
    seal = JSON.parse(readFileSync(`${path}.json`, 'utf8'))
    if (statSync(path).size !== seal.bytes) return false
  } catch {
    return false
  }
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  const file = openSync(path, 'r')
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) hash.update(buffer.subarray(0, read))
  closeSync(file)
  return hash.digest('hex') === seal.sha256
}

function write(workload: Workload, records: number, path: string): Seal {
  const next = workload.records(createRandom(SEED))
  const hash = createHash('sha256')
  const file = openSync(path, 'w')
  let bytes = 0
  let text = ''
  for (let left = records; left > 0; left -= 1) {
    text += `${next()}\n`
    if (text.length < CHUNK_BYTES && left > 1) continue
    const chunk = Buffer.from(text)
    hash.update(chunk)
    writeSync(file, chunk)
    bytes += chunk.length
    text = ''
  }
  closeSync(file)
  return { bytes, sha256: hash.digest('hex') }
}
