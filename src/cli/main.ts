// The command line. Each command is one file; this one gathers them and turns what goes wrong into an exit code:
// 0 done, 1 failed, 2 wrong usage or configuration.

import { Command, CommanderError } from 'commander'
import { SluiceError } from '#errors'
import { auditCommand } from './audit.ts'
import { checkCommand } from './check.ts'
import { deadLettersCommand } from './dead-letters/index.ts'
import { demoCommand } from './demo/index.ts'
import { explainCommand } from './explain.ts'
import { importCommand } from './import.ts'
import { positionsCommand } from './positions/index.ts'
import { runCommand } from './run.ts'
import { selftestCommand } from './selftest/index.ts'
import { setupCommand } from './setup.ts'
import { testCommand } from './test.ts'
import { tryCommand } from './try.ts'
import { version } from './version.ts'
import { whyCommand } from './why/index.ts'

/** What a person wrote wrong, on the command line or in a file. */
const USAGE_CODES = new Set([
  'E_USAGE',
  'E_CONFIG',
  'E_PARSE_PATTERN',
  'E_PARSE_OPTION',
  'E_ENRICH_CONDITION',
  'E_ENRICH_OPTION'
])

const program = new Command('sluice')
  .description('Ships log files to Elasticsearch, every line once.')
  .version(version)
  .exitOverride()
  .showHelpAfterError('(sluice --help shows what there is)')

const commands = [
  ...[runCommand(), importCommand(), checkCommand(), testCommand(), tryCommand(), explainCommand(), auditCommand()],
  ...[deadLettersCommand(), positionsCommand(), whyCommand(), setupCommand(), selftestCommand(), demoCommand()]
]
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
