// `sluice dead-letters discard`: throws refused lines away for good. The ledger goes on to account for them.

import { Command } from 'commander'
import { loadConfig } from '#config'
import { SluiceError } from '#errors'
import { openLetters } from '#state'
import { type ChooseOptions, filterOf, withChoice } from './choose.ts'

export function discardCommand(): Command {
  return withChoice(new Command('discard').description('throw them away for good; audit goes on to count them'))
    .option('--yes', 'do it; without it only their number is said')
    .addHelpText(
      'after',
      '\nTheir lines are gone from the store then, and stand only in the log, if it is still there.\nIt works while sluice runs.'
    )
    .action(discard)
}

async function discard(ids: string[], options: ChooseOptions & { readonly yes?: true }): Promise<void> {
  const { settings } = await loadConfig({ settingsFile: options.config, pipelineFiles: [], env: process.env })
  const letters = openLetters(settings.stateDir, () => new Date())
  try {
    const chosen = letters.ids(filterOf(ids, options, new Date()))
    if (chosen.length > 0 && options.yes !== true) {
      throw new SluiceError(
        'E_USAGE',
        `${lettersText(chosen.length)} would be thrown away for good: say --yes to do so`
      )
    }
    const count = letters.settle(chosen, 'discarded')
    process.stdout.write(count === 0 ? 'no dead letters to discard\n' : `${lettersText(count)} discarded\n`)
  } finally {
    letters.close()
  }
}

const lettersText = (count: number) => (count === 1 ? '1 dead letter' : `${count} dead letters`)
