// The spool on a real disk: what it took is read back as it was, what was torn is cut, and room comes back.

import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFraming } from '#frame'
import { type GenerationId, offset } from '#record'
import { openSpool, type Spool } from '#source'

let folder: string
let torn: number[]
let failures: unknown[]
/** What the spool told of its room. */
let told: string[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spool-'))
  torn = []
  failures = []
  told = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

type Status = readonly { path: string; checkpoint: number }[]

function spoolAt(where = folder, status: () => Status = () => [], maxBytes = 16_777_216): Spool {
  return openSpool(where, maxBytes, {
    now: () => 1_795_241_103_622,
    status,
    torn: bytes => torn.push(bytes),
    failed: error => failures.push(error),
    full: () => told.push('full'),
    roomy: () => told.push('roomy')
  })
}

const segments = (): string[] =>
  readdirSync(folder)
    .sort()
    .map(name => join(folder, name))

/** What the pipeline makes of all segments: text and sender of each record. */
function read() {
  return segments().flatMap(path => {
    const framer = createFraming(
      { maxLineBytes: 1_000_000, container: 'spool' },
      undefined
    )({ isMidCut: false, forcedEnds: [] })
    const generation = { id: 'g' as GenerationId, path, inode: '1', deviceId: '1' }
    const { lines } = framer.push({ generation, fingerprint: '', start: offset(0), bytes: readFileSync(path) })
    return lines.map(({ text, sender }) => ({ text, sender }))
  })
}

const bytes = (...texts: string[]): Buffer[] => texts.map(text => Buffer.from(text))

describe('a spool', () => {
  it.each([
    ['a plain line', 'hello'],
    ['an empty one', ''],
    ['newlines, NULs and escapes within', 'a\nb\r\n\0c\x1fn\x1f\x1f'],
    ['what looks like a record of a spool', '00000000 1795241103622 192.0.2.1:1 text'],
    ['no ASCII', '로그 서버 😀']
  ])('gives back %s as it was put', async (_, text) => {
    const spool = spoolAt()
    expect(spool.put(bytes(text, 'next'), '192.0.2.1:514')).toBe(true)
    await spool.stored()
    const sender = { address: '192.0.2.1:514', receivedMs: 1_795_241_103_622 }
    expect(read()).toEqual([
      { text, sender },
      { text: 'next', sender }
    ])
    await spool.close()
  })

  it('marks a record that is only the beginning of one', async () => {
    const spool = spoolAt()
    spool.put([{ cut: Buffer.from('begin') }], '-')
    await spool.close()
    expect(read()).toEqual([{ text: 'begin', sender: { address: '', receivedMs: 1_795_241_103_622, isCut: true } }])
  })

  it('cuts off a torn end at the next start, and never appends behind it', async () => {
    const spool = spoolAt()
    spool.put(bytes('one', 'two'), '-')
    await spool.close()
    const [path = ''] = segments()
    truncateSync(path, statSync(path).size - 2)
    const next = spoolAt()
    next.put(bytes('three'), '-')
    await next.close()
    expect(torn).toHaveLength(1)
    expect(segments()).toHaveLength(2)
    expect(read().map(({ text }) => text)).toEqual(['one', 'three'])
  })

  it('cuts off what a power cut left of a record that is whole by its newline alone', async () => {
    const spool = spoolAt()
    spool.put(bytes('one'), '-')
    await spool.close()
    const [path = ''] = segments()
    appendFileSync(path, `${'\0'.repeat(40)}\n`)
    await spoolAt().close()
    expect(torn).toEqual([41])
    expect(read().map(({ text }) => text)).toEqual(['one'])
  })

  it('takes all of the records or none, and has room again when segments are acknowledged', async () => {
    let status: Status = []
    const spool = spoolAt(folder, () => status)
    const record = Buffer.alloc(1_000_000, 'x')
    let taken = 0
    while (spool.put([record], '-')) {
      taken += 1
      await spool.stored()
    }
    expect(taken).toBe(16)
    expect(spool.put([record], '-')).toBe(false)
    expect(told).toEqual(['full'])
    const room = spool.room()
    status = segments()
      .slice(0, 1)
      .map(path => ({ path, checkpoint: statSync(path).size }))
    spool.settle()
    await room
    expect(told).toEqual(['full', 'roomy'])
    expect(spool.put([record], '-')).toBe(true)
    await spool.close()
  })

  it('keeps a segment that is not acknowledged to its end', async () => {
    let status: Status = []
    const spool = spoolAt(folder, () => status)
    spool.put(bytes('one', 'two'), '-')
    await spool.seal()
    const [path = ''] = segments()
    status = [{ path, checkpoint: statSync(path).size - 1 }]
    spool.settle()
    expect(spool.isEmpty).toBe(false)
    status = [{ path, checkpoint: statSync(path).size }]
    spool.settle()
    expect(spool.isEmpty).toBe(true)
    expect(segments()).toEqual([])
    await spool.close()
  })

  it('takes nothing while the disk takes nothing, and then goes on with what it had', async () => {
    const blocked = join(folder, 'spool')
    const spool = spoolAt(blocked)
    rmSync(blocked, { recursive: true })
    writeFileSync(blocked, 'in the way')
    spool.put(bytes('one'), '-')
    const stored = spool.stored()
    await expect.poll(() => failures.length).toBe(1)
    expect(spool.put(bytes('two'), '-')).toBe(false)
    rmSync(blocked)
    mkdirSync(blocked)
    await stored
    expect([failures.length, told]).toEqual([1, ['roomy']])
    expect(spool.put(bytes('two'), '-')).toBe(true)
    await spool.close()
    folder = blocked
    expect(read().map(({ text }) => text)).toEqual(['one', 'two'])
  })

  it('seals behind all that was put before, also where a write was under way', async () => {
    const spool = spoolAt()
    spool.put(bytes('one'), '-')
    await new Promise(resolve => setImmediate(resolve))
    spool.put(bytes('two'), '-')
    await spool.seal()
    spool.put(bytes('three'), '-')
    await spool.close()
    expect(segments().map(path => readFileSync(path, 'latin1').match(/one|two|three/g))).toEqual([
      ['one', 'two'],
      ['three']
    ])
  })

  it('says how much the disk did not take when it is closed, and does not wait for it', async () => {
    const blocked = join(folder, 'spool')
    const spool = spoolAt(blocked)
    rmSync(blocked, { recursive: true })
    spool.put(bytes('one'), '-')
    await expect.poll(() => failures.length).toBe(1)
    expect(await spool.close()).toBeGreaterThan(0)
  })
})
