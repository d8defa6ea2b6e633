// The command line. Each command is one file; this one gathers them and turns what goes wrong into an exit code:
// 0 done, 1 failed, 2 wrong usage or configuration.

import { Command, CommanderError } from 'commander'
import { SluiceError } from '#errors'
import { auditCommand } from './audit.ts'
import { checkCommand } from './check.ts'
import { deadLettersCommand } from './dead-letters.ts'
import { demoCommand } from './demo/index.ts'
import { importCommand } from './import.ts'
import { runCommand } from './run.ts'
import { setupCommand } from './setup.ts'
import { testCommand } from './test.ts'
import { tryCommand } from './try.ts'
import { version } from './version.ts'

const USAGE_CODES = new Set(['E_USAGE', 'E_CONFIG', 'E_PARSE_PATTERN', 'E_ENRICH_CONDITION', 'E_ENRICH_OPTION'])

const program = new Command('sluice')
  .description('Ships log files to Elasticsearch, every line once.')
  .version(version)
  .exitOverride()
  .showHelpAfterError('(sluice --help shows what there is)')

const commands = [
  ...[runCommand(), importCommand(), checkCommand(), testCommand(), tryCommand(), auditCommand(), deadLettersCommand()],
  ...[setupCommand(), demoCommand()]
]
for (const command of commands) {
  for (const one of [command, ...command.commands]) one.exitOverride()
  program.addCommand(command)
}

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    const isKnown = error instanceof SluiceError
    process.stderr.write(`${isKnown ? error.message : (error as Error).stack}\n`)
    process.exitCode = isKnown && USAGE_CODES.has(error.code) ? 2 : 1
  }
}
