// The parts that all documents of one log share, put together once as JSON.

import { createHash } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'

const HEAD_BYTES = 1024
const ROOT = join(import.meta.dirname, '../..')

/**
 * Ends a document that stands open behind its last own field. `log` holds more fields of that object, each with a comma
 * behind it, `host` of that, each with a comma before it.
 */
export type Rest = (start: number, end: number, log?: string, host?: string) => string

/** What to put behind the fields of each line. */
export function restFor(path: string, dataset: string, generation: string): Rest {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const { ino, dev } = statSync(path)
  const file = { path, inode: String(ino), device_id: String(dev), fingerprint: fingerprint(path) }
  const common = {
    data_stream: { type: 'logs', dataset, namespace: 'default' },
    ecs: { version: '8.17.0' },
    agent: { type: 'sluice', version }
  }
  const before = `,${JSON.stringify(common).slice(1, -1)},"host":{"name":${JSON.stringify(hostname())}`
  const between = `"file":${JSON.stringify(file)},"offset":`
  const after = `},"sluice":{"shipper":"0123456789abcdef","generation":"${generation}","end_offset":`
  return (start, end, log = '', host = '') => `${before}${host}},"log":{${log}${between}${start}${after}${end}}}`
}

function fingerprint(path: string): string {
  const head = Buffer.alloc(HEAD_BYTES)
  const file = openSync(path, 'r')
  const bytes = readSync(file, head)
  closeSync(file)
  return `${bytes}:${createHash('sha256').update(head.subarray(0, bytes)).digest('hex')}`
}

/** What JSON must escape: controls, quotes and backslashes. To test for them is cheaper than to escape. */
const SPECIAL = /[^ !#-[\]-\uffff]/

/** A text as JSON. */
export function quote(text: string): string {
  return SPECIAL.test(text) ? JSON.stringify(text) : `"${text}"`
}
