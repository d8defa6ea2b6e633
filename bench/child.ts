// Runs a program to its end and says what it cost. The times are those that the kernel charges this process for its ended
// children, so they hold all threads, start and end included, of whatever program it is; that takes Linux.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'

/** What one run of a program cost. */
export interface Cost {
  /** From its start to its end. */
  readonly wallMs: number
  /** User and system time of all its threads. */
  readonly cpuMs: number
  /** The most memory that was resident at once. */
  readonly peakBytes: number
}

/** Linux counts them in hundredths of a second, whatever its own clock; see `proc_pid_stat(5)`. */
const TICK_MS = 10
const LOOK_MS = 20

/** A program, and where it does not end by itself, what it is waited for. */
export interface Program {
  readonly command: string
  readonly args: readonly string[]
  /** Beside the environment of this process. */
  readonly env?: Readonly<Record<string, string>>
  /** Resolves when its work is done; it is then told to end. Its time counts up to here, its costs to its end. */
  readonly until?: () => Promise<void>
}

/** Runs this Node.js with arguments, as `runProgram` does. */
export function runNode(args: readonly string[]): Promise<Cost> {
  return runProgram({ command: process.execPath, args })
}

/** Runs a program; no other child may end meanwhile. Rejects where it fails, with what it said. */
export async function runProgram({ command, args, env = {}, until }: Program): Promise<Cost> {
  const cpuBefore = childrenCpuMs()
  const beganMs = performance.now()
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  const said = Promise.all([text(child.stdout), text(child.stderr)])
  let peakBytes = 0
  const looking = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakBytesOf(child.pid))
  }, LOOK_MS)
  const ended = once(child, 'exit')
  if (until !== undefined) await Promise.race([until(), ended])
  const doneMs = performance.now()
  if (until !== undefined) child.kill('SIGTERM')
  const [code, signal] = await ended
  const wallMs = (until === undefined ? performance.now() : doneMs) - beganMs
  clearInterval(looking)
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${code ?? signal}:\n${(await said).join('')}`)
  return { wallMs, cpuMs: childrenCpuMs() - cpuBefore, peakBytes }
}

/** `cutime` and `cstime` of this process. */
function childrenCpuMs(): number {
  const fields = statOf('self')
  return (Number(fields[13]) + Number(fields[14])) * TICK_MS
}

/** User and system time of all threads of a process that runs. */
export function cpuMsOf(pid: number): number {
  const fields = statOf(pid)
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

/** The fields of `/proc/<pid>/stat` behind the name, which may hold anything. */
function statOf(pid: number | 'self'): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** `VmHWM` of a process, which never falls; 0 once it has ended. */
function peakBytesOf(pid: number | undefined): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Number(kilobytes ?? 0) * 1024
  } catch {
    return 0
  }
}
