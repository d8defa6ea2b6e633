// Sluice as a person has it: a folder with settings, a pipeline and logs, and the command line run on it as processes of
// their own. What it knows is read from its state store, what it did from Elasticsearch.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import split from 'split2'
import { onTestFinished, vi } from 'vitest'

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')
const ARGS = ['--conditions=source', '--disable-warning=ExperimentalWarning', MAIN]
/** How long a process may take to say or do what it must. */
const DEADLINE_MS = 30_000

/** A line of Sluice's own log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly message: string }

export interface Shipper {
  readonly pid: number
  /** What it has logged so far. */
  readonly log: readonly LogLine[]
  /** Waits until it has logged this sentence, and returns the line. */
  says(message: string): Promise<LogLine>
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>
  /** SIGTERM; resolves to its exit code. */
  terminate(): Promise<number | null>
  /** Its exit code, once it ends by itself. */
  readonly ended: Promise<number | null>
}

export interface Installation {
  /** Where sluice.json and pipeline.json stand. */
  readonly folder: string
  /** Where its logs are; the pipeline reads `access.log*` there. */
  readonly logs: string
  readonly stateDir: string
  readonly dataset: string
  /** The data stream it ships to. */
  readonly index: string
  /** Writes other settings, which the next process has. */
  settle(settings: object): void
  /** Starts `sluice run`, or another command that goes on for long. */
  run(command?: string): Shipper
  /** Runs another command to its end. */
  sluice(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>
}

export interface InstallationOptions {
  /** Settings of `elasticsearch` in sluice.json. */
  readonly elasticsearch: object
  readonly settings?: object
  readonly pipeline?: object
  /** Whether a second pipeline is beside it: `other`, which reads `other.log*` and ships to the dataset `<dataset>.other`. */
  readonly hasOther?: boolean
  /** What its processes are started by, with arguments; by themselves where it is left out. */
  readonly through?: readonly string[]
}

let count = 0

/** An installation in a new folder, with a dataset of its own. It goes, and its processes with it, after the test. */
export function install({
  elasticsearch,
  settings,
  pipeline,
  hasOther = false,
  through = []
}: InstallationOptions): Installation {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-integration-'))
  const logs = join(folder, 'logs')
  mkdirSync(logs)
  count += 1
  const dataset = `test.${process.pid}.${Date.now()}.${count}`
  const write = (name: string, value: object) => writeFileSync(join(folder, name), JSON.stringify(value))
  const settle = ({ elasticsearch, ...settings }: { readonly elasticsearch?: object }) =>
    write('sluice.json', {
      elasticsearch: { bulk: { minBackoffMs: 100, maxBackoffMs: 1_000 }, ...elasticsearch },
      pipelines: ['pipeline.json', ...(hasOther ? ['other.json'] : [])],
      // Small and quick, so that there is always something under way.
      batch: { maxCount: 500, maxAgeMs: 100 },
      ...settings
    })
  settle({ elasticsearch, ...settings })
  write('pipeline.json', {
    name: 'web',
    source: { type: 'file', paths: ['logs/access.log*'], sweepMs: 100 },
    parse: [{ format: 'nginx' }],
    destination: { dataset },
    ...pipeline
  })
  write('other.json', {
    name: 'other',
    source: { type: 'file', paths: ['logs/other.log*'], sweepMs: 100 },
    parse: [{ format: 'nginx' }],
    destination: { dataset: `${dataset}.other` }
  })
  const children = new Set<ChildProcess>()
  onTestFinished(async () => {
    await Promise.all([...children].map(end))
    rmSync(folder, { recursive: true })
  })
  const start = (args: readonly string[]) => {
    const [program = '', ...rest] = [...through, process.execPath, ...ARGS, ...args]
    const child = spawn(program, rest, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    children.add(child)
    return child
  }
  return {
    folder,
    logs,
    stateDir: join(folder, 'sluice-state'),
    dataset,
    index: `logs-${dataset}-default`,
    settle,
    run: (command = 'run') => watch(start([command])),
    async sluice(...args) {
      const child = start(args)
      const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
      return { code, stdout, stderr }
    }
  }
}

function watch(child: ChildProcess): Shipper {
  const log: LogLine[] = []
  child.stderr?.pipe(split()).on('data', line => log.push(toLogLine(line)))
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return {
    pid: child.pid ?? 0,
    log,
    says: message =>
      vi.waitFor(
        () => {
          const line = log.find(line => line.message === message)
          if (line === undefined) throw new Error(`"${message}" was not said; last words:\n${lastWords(log)}`)
          return line
        },
        { timeout: DEADLINE_MS }
      ),
    kill: () => end(child),
    terminate() {
      child.kill('SIGTERM')
      return ended
    },
    ended
  }
}

/** A line of the log, or of what is no log, such as the stack of a crash. */
function toLogLine(line: string): LogLine {
  return line.startsWith('{') ? JSON.parse(line) : { message: line }
}

const lastWords = (log: readonly LogLine[]) =>
  log
    .slice(-10)
    .map(line => JSON.stringify(line))
    .join('\n')

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
