// `sluice audit`: what became of every byte that was read, and that the sums hold.

import { Command } from 'commander'
import { loadConfig } from '#config'
import { type Audited, readState } from '#state'
import { type ConfigOptions, configOption } from './options.ts'
import { renderTable } from './table.ts'

export function auditCommand(): Command {
  return new Command('audit')
    .description('account for every byte of every file: acknowledged, dropped, skipped, dead-lettered, lost')
    .addOption(configOption())
    .option('--pipeline-name <name>', 'only the files of this pipeline')
    .option('--json', 'all of it as JSON')
    .addHelpText(
      'after',
      `
One row per generation: a file from its creation to its replacement or truncation. Below its checkpoint
every byte has met one fate, and the fates add up to it. It can be asked while sluice runs.
Exits with 1 where sums do not hold or bytes were lost.`
    )
    .action(audit)
}

async function audit({
  config: settingsFile,
  pipelineName,
  json
}: ConfigOptions & { pipelineName?: string; json?: true }): Promise<void> {
  const { settings } = await loadConfig({ settingsFile, pipelineFiles: [], env: process.env })
  const reader = readState(settings.stateDir)
  const generations = reader.audit(pipelineName).map(toRow)
  reader.close()
  const unbalanced = generations.filter(({ isBalanced }) => !isBalanced)
  const lost = generations.filter(row => row.lost > 0)
  if (json) process.stdout.write(`${JSON.stringify(generations, undefined, 2)}\n`)
  else process.stdout.write(render(generations))
  for (const { path, generation, checkpoint } of unbalanced) {
    process.stderr.write(`the sums of ${path} (${generation}) do not add up to its checkpoint ${checkpoint}\n`)
  }
  for (const row of lost) process.stderr.write(`${row.lost} bytes of ${row.path} were lost: ${row.reasons.lost}\n`)
  if (unbalanced.length > 0 || lost.length > 0) process.exitCode = 1
}

interface AuditRow {
  readonly generation: string
  readonly pipeline: string
  readonly path: string
  readonly isEnded: boolean
  readonly size: number
  readonly checkpoint: number
  /** Bytes of the file that are not behind the checkpoint: unread, or read and not acknowledged yet. */
  readonly pending: number
  readonly documents: number
  readonly acked: number
  readonly deadLettered: number
  readonly dropped: number
  readonly skipped: number
  readonly lost: number
  readonly isBalanced: boolean
  /** Reasons by fate. */
  readonly reasons: Readonly<Record<string, string>>
}

function toRow({ generation, pipeline, path, endedAt, size, checkpoint, shares }: Audited): AuditRow {
  const bytes = { acked: 0, deadLettered: 0, dropped: 0, skipped: 0, lost: 0 }
  const reasons: Record<string, string> = {}
  let documents = 0
  for (const share of shares) {
    bytes[share.fate] += share.bytes
    if (share.fate === 'acked') documents += share.documents
    if (share.reason !== '') reasons[share.fate] = [reasons[share.fate], share.reason].filter(Boolean).join(', ')
  }
  const sum = bytes.acked + bytes.deadLettered + bytes.dropped + bytes.skipped + bytes.lost
  return {
    ...{
      generation,
      pipeline,
      path,
      isEnded: endedAt !== undefined,
      size,
      checkpoint,
      pending: Math.max(0, size - checkpoint)
    },
    ...{ documents, ...bytes, isBalanced: sum === checkpoint, reasons }
  }
}

function render(rows: readonly AuditRow[]): string {
  if (rows.length === 0) return 'nothing was read yet\n'
  const head = ['pipeline', 'file', 'documents', 'acked', 'dropped', 'skipped', 'dead', 'lost', 'pending', 'sum']
  const table = renderTable(
    head,
    rows.map(row => [
      ...[
        row.pipeline,
        row.path,
        row.documents,
        row.acked,
        row.dropped,
        row.skipped,
        row.deadLettered,
        row.lost,
        row.pending
      ],
      row.isBalanced ? 'holds' : 'BROKEN'
    ])
  )
  const total = (pick: (row: AuditRow) => number) => rows.reduce((sum, row) => sum + pick(row), 0)
  const bytes = total(row => row.checkpoint)
  return `${table}\n${rows.length} generations, ${bytes} bytes accounted for, ${total(row => row.documents)} documents delivered, ${total(row => row.lost)} bytes lost\n`
}
