// `npm run bench`: what a record costs from its log file to an endpoint's answer, beside a bare program that does the same
// work without any promise. README.md says how to read the figures.

import { Command, InvalidArgumentError, Option } from 'commander'
import { contest, type Round } from './contest.ts'
import { startEndpoint } from './endpoint-process.ts'
import { inputFor } from './generate.ts'
import { render, resultOf, type Summary, summarise } from './report.ts'
import { workloads } from './workload/index.ts'

interface Options {
  readonly records: number
  readonly rounds: number
  readonly workload: readonly string[]
  readonly json?: true
}

const names = workloads.map(({ name }) => name)

const command = new Command('bench')
  .description('Measures what a record costs the shipper, beside a bare program that posts the same documents.')
  .option('--records <n>', 'records of each workload', wholeNumber, 1_000_000)
  .option('--rounds <n>', 'how often the shipper and the floor take turns', wholeNumber, 3)
  .addOption(new Option('--workload <name...>', 'what is measured').choices(names).default(names, 'all'))
  .option('--json', 'print the figures of every round as JSON')
  .action(bench)

try {
  await command.parseAsync()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? reason(error) : error}\n`)
  process.exitCode = 1
}

async function bench({ records, rounds, workload: chosen, json }: Options): Promise<void> {
  const endpoint = await startEndpoint()
  const summaries: Summary[] = []
  try {
    for (const workload of workloads.filter(({ name }) => chosen.includes(name))) {
      const input = inputFor(workload, records)
      const job = { workload, input, url: endpoint.url }
      const onRound = (round: Round, number: number) => tell(`${workload.name} ${number} of ${rounds}`, round)
      summaries.push(summarise(workload.name, input, await contest(job, rounds, endpoint, onRound)))
    }
  } finally {
    endpoint.close()
  }
  const result = resultOf(summaries)
  process.stdout.write(`${json === true ? JSON.stringify(result, undefined, 2) : render(result)}\n`)
}

/** Says how a round went, for those who wait. */
function tell(title: string, { shipper, floor }: Round): void {
  const parts = [
    `${Math.round(shipper.recordsPerSecond).toLocaleString('en')} records/s`,
    `${shipper.cpuUs.toFixed(2)} µs`,
    `floor ${floor.cpuUs.toFixed(2)} µs`,
    `peak ${(shipper.peakBytes / 1e6).toFixed(0)} MB`
  ]
  process.stderr.write(`${title}: ${parts.join(', ')}\n`)
}

function reason({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}:\n${cause.message}` : message
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It is a whole number from 1 up.')
  return value
}
