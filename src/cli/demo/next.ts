// What a person may type after the demo.

import type { Destination } from './destination.ts'

const DOCS = 'README.md, docs/architecture.md, docs/tailing.md'

/** How the command is called here: a clone runs its sources, and has no command of its own on PATH. */
const command = process.argv[1]?.endsWith('.ts') ? 'npx sluice' : 'sluice'

/** Where everything has ended. */
export function renderNext(): string {
  return [
    '  All of it is gone again. To keep it and look around:',
    ...commands([`${command} demo --keep`]),
    '  Your own log, into your Elasticsearch:',
    ...commands(ownLog('http://localhost:9200')),
    `  To read: ${DOCS}`
  ].join('\n')
}

/** Where everything goes on. */
export function renderKept({ name, connection: { nodes }, search }: Destination, logs: string): string {
  return [
    `  The documents are in ${name}`,
    `  The logs are in ${logs}`,
    '  To search:',
    ...commands([search]),
    '  Your own log, to the same place:',
    ...commands(ownLog(nodes[0] ?? '')),
    '  Ctrl-C ends and removes everything.'
  ].join('\n')
}

function ownLog(node: string): string[] {
  return [
    `echo '{ "elasticsearch": { "nodes": ["${node}"] } }' > sluice.json`,
    `${command} check -p pipelines/nginx-access.json`,
    `${command} import -p pipelines/nginx-access.json /path/to/access.log`
  ]
}

const commands = (lines: readonly string[]): string[] => lines.map(line => `    ${line}`)
