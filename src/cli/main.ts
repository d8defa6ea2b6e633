// The command line. Each command is one file; this one gathers them and turns what goes wrong into an exit code:
// 0 done, 1 failed, 2 wrong usage or configuration.

import { Command, CommanderError } from 'commander'
import { SluiceError } from '#errors'
import { version } from './version.ts'

/** All commands, each loaded when it is asked for: what a command does not need would be most of its start. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run.ts')).runCommand(),
  import: async () => (await import('./import.ts')).importCommand(),
  check: async () => (await import('./check.ts')).checkCommand(),
  test: async () => (await import('./test.ts')).testCommand(),
  try: async () => (await import('./try.ts')).tryCommand(),
  explain: async () => (await import('./explain.ts')).explainCommand(),
  audit: async () => (await import('./audit.ts')).auditCommand(),
  'dead-letters': async () => (await import('./dead-letters/index.ts')).deadLettersCommand(),
  positions: async () => (await import('./positions/index.ts')).positionsCommand(),
  why: async () => (await import('./why/index.ts')).whyCommand(),
  dashboards: async () => (await import('./dashboards/index.ts')).dashboardsCommand(),
  setup: async () => (await import('./setup.ts')).setupCommand(),
  selftest: async () => (await import('./selftest/index.ts')).selftestCommand(),
  demo: async () => (await import('./demo/index.ts')).demoCommand()
}

/** What a person wrote wrong, on the command line or in a file. */
const USAGE_CODES = new Set([
  'E_USAGE',
  'E_CONFIG',
  'E_PARSE_PATTERN',
  'E_PARSE_OPTION',
  'E_ENRICH_CONDITION',
  'E_ENRICH_OPTION',
  'E_KIBANA_KQL',
  'E_KIBANA_DASHBOARD'
])

const program = new Command('sluice')
  .description('Ships log files to Elasticsearch, every line once.')
  .version(version)
  .exitOverride()
  .showHelpAfterError('(sluice --help shows what there is)')

const [asked = ''] = process.argv.slice(2)
const wanted = Object.hasOwn(COMMANDS, asked) ? [asked] : Object.keys(COMMANDS)
const commands = await Promise.all(wanted.flatMap(name => COMMANDS[name]?.() ?? []))
for (const command of commands) {
  for (const one of [command, ...command.commands]) {
    one
      .exitOverride()
      .showHelpAfterError(
        `(sluice ${one === command ? '' : `${command.name()} `}${one.name()} --help shows what there is)`
      )
  }
  program.addCommand(command)
}

// Whoever reads the output may have had enough, as `head` has.
process.stdout.on('error', error => process.exit((error as NodeJS.ErrnoException).code === 'EPIPE' ? 0 : 1))

try {
  await program.parseAsync()
} catch (error) {
  // What a failed command has left running, such as timers and connections, must not keep the process.
  process.exit(codeOf(error))
}

function codeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const isKnown = error instanceof SluiceError
  process.stderr.write(`${isKnown ? error.message : (error as Error).stack}\n`)
  return isKnown && USAGE_CODES.has(error.code) ? 2 : 1
}
