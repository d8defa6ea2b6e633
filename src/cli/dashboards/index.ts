// `sluice dashboards`: what Kibana shows of the logs, brought there, brought back, and made anew for a pipeline.

import { Command } from 'commander'
import { newCommand } from './new.ts'
import { pullCommand } from './pull.ts'
import { pushCommand } from './push.ts'

export function dashboardsCommand(): Command {
  return new Command('dashboards')
    .description('bring dashboards to Kibana and back, or make one for a pipeline')
    .addCommand(pushCommand())
    .addCommand(pullCommand())
    .addCommand(newCommand())
}
