// A server that is launched ends when it is told to, and with whoever launched it. A small program stands in for the
// server here; the real one is in `local.test.ts`.
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Orders } from '../../src/embedded/guard.ts'
import { launch } from '../../src/embedded/launch.ts'
import { startElsewhere } from './starter.ts'

const PATIENCE_MS = 10_000

let folder: string
let dataDir: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-launch-'))
  dataDir = join(folder, 'data')
  mkdirSync(dataDir)
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs a program that, like Elasticsearch's launcher, starts another one; both write their process ids. */
function orders(onTerminate = 'process.exit(0)'): Orders {
  const stay = 'setInterval(() => {}, 60000)'
  const program = join(folder, 'server.mjs')
  writeFileSync(
    program,
    `import { spawn } from 'node:child_process'
    import { renameSync, writeFileSync } from 'node:fs'
    process.on('SIGTERM', () => { console.log('stopping softly'); ${onTerminate} })
    const child = spawn(process.execPath, ['-e', ${JSON.stringify(stay)}], { stdio: 'inherit' })
    writeFileSync('pids.part', process.pid + ' ' + child.pid)
    renameSync('pids.part', 'pids')
    ${stay}`
  )
  const logFile = join(folder, 'server.log')
  return { command: process.execPath, args: [program], env: process.env, cwd: folder, logFile, removeDir: dataDir }
}

async function pids(): Promise<number[]> {
  return vi.waitFor(() => readFileSync(join(folder, 'pids'), 'utf8').split(' ').map(Number), PATIENCE_MS)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A process that ended counts until the system's first process has taken note of it, which may take a second. */
const allGone = (running: readonly number[]) =>
  vi.waitFor(() => expect(running.filter(isAlive)).toEqual([]), PATIENCE_MS)

test('a server is stopped softly, leaves no process behind, and its folder goes with it', async () => {
  const server = launch(orders())
  const running = await pids()
  await server.stop()
  await allGone(running)
  expect(readFileSync(join(folder, 'server.log'), 'utf8')).toContain('stopping softly')
  expect(existsSync(dataDir)).toBe(false)
})

test('a server is killed with all its processes, without a warning', async () => {
  const server = launch(orders())
  const running = await pids()
  await server.kill()
  await allGone(running)
  expect(readFileSync(join(folder, 'server.log'), 'utf8')).not.toContain('stopping softly')
})

test('a server that does not heed a stop can still be killed', async () => {
  const server = launch(orders(''))
  const running = await pids()
  const stopped = server.stop()
  await vi.waitFor(() => expect(readFileSync(join(folder, 'server.log'), 'utf8')).toContain('stopping softly'))
  await server.kill()
  await stopped
  await allGone(running)
})

test('a server that ends by itself says how, and keeps its folder until it is stopped', async () => {
  const server = launch({ ...orders(), args: ['-e', 'process.exit(3)'] })
  await vi.waitFor(() => expect(server.ended()).toBe('exit code 3'), PATIENCE_MS)
  expect(existsSync(dataDir)).toBe(true)
  await server.stop()
  expect(existsSync(dataDir)).toBe(false)
})

test('a command that cannot be run says why', async () => {
  const server = launch({ ...orders(), command: join(folder, 'nothing') })
  await vi.waitFor(() => expect(server.ended()).toContain('ENOENT'), PATIENCE_MS)
  await server.stop()
})

test('a server ends, and its folder is removed, after kill -9 of the process that launched it', async () => {
  const [starter] = await startElsewhere('launch.ts', `room.launch(${JSON.stringify(orders())})`)
  const running = await pids()
  starter.kill('SIGKILL')
  await once(starter, 'exit')
  await vi.waitFor(() => expect(existsSync(dataDir)).toBe(false), PATIENCE_MS)
  await allGone(running)
  expect(readFileSync(join(folder, 'server.log'), 'utf8')).toContain('stopping softly')
})
