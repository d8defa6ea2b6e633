// `npm run bench`: what a record costs from its log file to an endpoint's answer, beside a bare program that does the same
// work without any promise. README.md says how to read the figures.

import { Command, InvalidArgumentError, Option } from 'commander'
import { type Other, otherCommit } from './against.ts'
import { contest, type Entry, floor, type Round } from './contest.ts'
import { type Endpoint, startEndpoint } from './endpoint-process.ts'
import { inputFor } from './generate.ts'
import type { Job } from './job.ts'
import { peers } from './peer/index.ts'
import { contestantOf } from './peer/run.ts'
import { profile } from './profile.ts'
import { render, resultOf, type Summary, summarise } from './report.ts'
import { COMMANDS, shipper } from './shipper.ts'
import { workloads } from './workload/index.ts'

interface Options {
  readonly records: number
  readonly rounds: number
  readonly workload: readonly string[]
  readonly peer: readonly string[]
  readonly peerRoot: string
  readonly against?: string
  readonly sources?: true
  readonly profile?: string | true
  readonly json?: true
}

const names = workloads.map(({ name }) => name)
const PROFILES = 'bench-profile'

const command = new Command('bench')
  .description('Measures what a record costs the shipper, beside a bare program that posts the same documents.')
  .option('--records <n>', 'records of each workload', wholeNumber, 1_000_000)
  .option('--rounds <n>', 'how often the contestants take turns', wholeNumber, 3)
  .addOption(new Option('--workload <name...>', 'what is measured').choices(names).default(names, 'all'))
  .addOption(
    new Option('--peer <name...>', 'shippers of Debian that take their turn too')
      .choices(peers.map(({ name }) => name))
      .default([], 'none')
  )
  .option('--peer-root <folder>', 'where the packages of the peers were unpacked', '/')
  .option('--against <commit>', 'the shipper of another commit takes its turn too')
  .option('--sources', 'run the sources as they stand, instead of the package that is built from them')
  .option('--profile [folder]', `write where the time goes, as .cpuprofile and as a flame graph (default: ${PROFILES})`)
  .option('--json', 'print the figures of every round as JSON')
  .action(bench)

try {
  await command.parseAsync()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? reason(error) : error}\n`)
  process.exitCode = 1
}

async function bench(options: Options): Promise<void> {
  const { records, rounds, workload: chosen, json, profile: folder } = options
  if (options.sources !== true) await import('../scripts/build.ts')
  const started = options.sources === true ? COMMANDS.sources : COMMANDS.package
  const other = options.against === undefined ? undefined : otherCommit(options.against)
  const endpoint = await startEndpoint()
  const summaries: Summary[] = []
  try {
    const entries = [shipper(started), floor, ...othersOf(options, endpoint, other)]
    for (const workload of workloads.filter(({ name }) => chosen.includes(name))) {
      const job: Job = { workload, input: inputFor(workload, records), url: endpoint.url }
      if (folder !== undefined) {
        for (const file of await profile(started, job, folder === true ? PROFILES : folder)) tell(file)
        continue
      }
      const onRound = (round: Round, number: number) =>
        tell(`${workload.name} ${number} of ${rounds}: ${inShort(entries, round)}`)
      const done = await contest(entries, job, rounds, endpoint, onRound)
      summaries.push(
        summarise(
          workload.name,
          job.input,
          entries.map(({ name }) => name),
          done
        )
      )
    }
  } finally {
    endpoint.close()
    other?.remove()
  }
  if (folder !== undefined) return
  const result = resultOf(summaries)
  process.stdout.write(`${json === true ? JSON.stringify(result, undefined, 2) : render(result)}\n`)
}

function othersOf({ peer: chosen, peerRoot }: Options, endpoint: Endpoint, other: Other | undefined): Entry[] {
  const entries = peers
    .filter(({ name }) => chosen.includes(name))
    .map(peer => ({ name: peer.name, run: contestantOf(peer, peerRoot, endpoint), documents: 'alike' }) as const)
  return other === undefined ? entries : [other.entry, ...entries]
}

/** Says how things go, for those who wait. */
function tell(text: string): void {
  process.stderr.write(`${text}\n`)
}

function inShort(entries: readonly Entry[], round: Round): string {
  return round
    .map(({ recordsPerSecond, cpuUs, peakBytes }, place) => {
      const figures = `${cpuUs.toFixed(2)} µs, ${Math.round(recordsPerSecond / 1000)}k/s, ${(peakBytes / 1e6).toFixed(0)} MB`
      return `${entries[place]?.name} ${figures}`
    })
    .join('; ')
}

function reason({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}:\n${cause.message}` : message
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It is a whole number from 1 up.')
  return value
}
