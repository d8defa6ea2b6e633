// `sluice dead-letters`: the documents that Elasticsearch refused, each with its line, its place and the reason.

import { Command } from 'commander'
import { discardCommand } from './discard.ts'
import { listCommand } from './list.ts'
import { replayCommand } from './replay.ts'
import { showCommand } from './show.ts'

export function deadLettersCommand(): Command {
  return new Command('dead-letters')
    .description('look at documents that Elasticsearch refused, replay or discard them')
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(showCommand())
    .addCommand(replayCommand())
    .addCommand(discardCommand())
}
