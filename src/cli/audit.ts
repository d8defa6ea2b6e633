// `sluice audit`: what became of every byte that was read, that the sums hold, and that the files and Elasticsearch say
// the same.

import { Command } from 'commander'
import { type Config, loadConfig } from '#config'
import { createGlobs, createLocate } from '#source'
import { lockHolder, type Pruned, readState } from '#state'
import { type AuditRow, accountOf, onDiskText, outOfReach } from './account.ts'
import { type ConfigOptions, configOption, pipelineOption } from './options.ts'
import { renderTable } from './table.ts'
import { rangeText, type Verified, verify } from './verify.ts'

interface AuditOptions extends ConfigOptions {
  readonly pipelineName?: string
  readonly verify?: true
  readonly json?: true
}

export function auditCommand(): Command {
  return new Command('audit')
    .description('account for every byte of every file: acknowledged, dropped, skipped, dead-lettered, lost')
    .addOption(configOption())
    .addOption(pipelineOption())
    .option('--pipeline-name <name>', 'only the files of this pipeline')
    .option('--verify', 'ask Elasticsearch for the documents, and name gaps and doubles')
    .option('--json', 'all of it as JSON')
    .addHelpText(
      'after',
      `
One row per generation: a file from its creation to its replacement or truncation. Below its checkpoint
every byte has met one fate, and the fates add up to it. Its file is looked for by what it is and may have
been renamed; what is on disk and was never seen is "unread". It can be asked while sluice runs.

--verify counts the documents of each generation below its checkpoint in all indices behind the data stream.
Where they are too few or too many it names the bytes. It needs the privilege read, and maintenance to see
what was taken a moment ago.

Exits with 1 where sums do not hold, bytes were lost, or documents are missing or doubled.`
    )
    .action(audit)
}

async function audit({ config, pipeline, pipelineName, verify: isAsked, json }: AuditOptions): Promise<void> {
  const loaded = await load(config, pipeline, isAsked === true)
  const { settings, pipelines } = loaded
  const reader = readState(settings.stateDir)
  const audited = reader.audit(pipelineName)
  const locate = createLocate(async () => {
    const lists = await Promise.all(pipelines.map(({ source }) => createGlobs(source.paths, source.exclude).list()))
    return lists.flat()
  })
  const rows: AuditRow[] = []
  for (const one of audited) rows.push(accountOf(one, await locate(one.position)))
  const verified = isAsked ? await verify(loaded, audited, rows, reader) : undefined
  const pruned = reader.pruned(pipelineName)
  reader.close()
  const isRunning = lockHolder(settings.stateDir) !== undefined
  if (json) {
    const answers = verified?.map(({ kind, ...more }) => ({ kind, ...more }))
    const whole = rows.map((row, i) => (answers === undefined ? row : { ...row, verified: answers[i] }))
    process.stdout.write(`${JSON.stringify(whole, undefined, 2)}\n`)
  } else process.stdout.write(render(rows, verified) + prunedText(pruned))
  const isWrong = complain(rows, isRunning)
  if (isWrong || verified?.some(isFaulty)) process.exitCode = 1
}

/** The files can be accounted for where pipelines are faulty; Elasticsearch cannot be asked. */
async function load(settingsFile: string | undefined, files: string[] | undefined, isAsked: boolean): Promise<Config> {
  const options = { settingsFile, env: process.env }
  try {
    return await loadConfig({ ...options, pipelineFiles: files })
  } catch (error) {
    if (isAsked || files !== undefined) throw error
    return loadConfig({ ...options, pipelineFiles: [] })
  }
}

/** Says what is not as it should be; returns whether anything is wrong. */
function complain(rows: readonly AuditRow[], isRunning: boolean): boolean {
  const say = (text: string) => process.stderr.write(`${text}\n`)
  let isWrong = false
  for (const row of rows) {
    const { path, generation, checkpoint, isBalanced, lost, reasons } = row
    if (!isBalanced) say(`the sums of ${path} (${generation}) do not add up to its checkpoint ${checkpoint}`)
    if (lost > 0) say(`${lost} bytes of ${path} were lost: ${reasons.lost}`)
    else if (reasons.lost !== undefined) say(`bytes of ${path} were lost, how many is not known: ${reasons.lost}`)
    const beyond = outOfReach(row)
    // A shipper that runs may have it open still.
    if (beyond !== undefined) say(isRunning ? `${beyond}; the shipper that runs may have it open` : beyond)
    isWrong ||= !isBalanced || reasons.lost !== undefined || (beyond !== undefined && !isRunning)
  }
  return isWrong
}

function isFaulty({ kind }: Verified): boolean {
  return kind === 'faulty' || kind === 'unknown'
}

function render(rows: readonly AuditRow[], verified: readonly Verified[] | undefined): string {
  if (rows.length === 0) return 'nothing was read yet\n'
  const head = ['pipeline', 'file', 'documents', 'acked', 'dropped', 'skipped', 'dead', 'lost', 'pending', 'sum']
  const table = renderTable(
    [...head, 'on disk', ...(verified ? ['in Elasticsearch'] : [])],
    rows.map((row, i) => [
      ...[row.pipeline, row.path, row.documents, row.acked, row.dropped, row.skipped, row.deadLettered, row.lost],
      ...[row.pending, row.isBalanced ? 'holds' : 'BROKEN', onDiskText(row)],
      ...(verified ? [verifiedText(verified[i])] : [])
    ])
  )
  const total = (pick: (row: AuditRow) => number) => rows.reduce((sum, row) => sum + pick(row), 0)
  const bytes = total(row => row.checkpoint)
  const findings = verified?.flatMap((one, i) => findingsOf(one, rows[i])) ?? []
  return `${table}
${rows.length} generations, ${bytes} bytes accounted for, ${total(row => row.documents)} documents delivered${notPlain(rows)}, ${total(row => row.lost)} bytes lost
${findings.join('')}`
}

/** How many documents were not delivered plainly; nothing where all were. */
function notPlain(rows: readonly AuditRow[]): string {
  const rescued = rows.reduce((sum, row) => sum + row.rescued, 0)
  const doubled = rows.reduce((sum, row) => sum + row.possiblyDoubled, 0)
  const parts = [
    ...(rescued > 0 ? [`${rescued} rescued, without a field that did not fit`] : []),
    ...(doubled > 0 ? [`${doubled} possiblyDoubled, as they could not be looked up`] : [])
  ]
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`
}

/** The account of what was forgotten, which is no row any more. */
function prunedText(pruned: readonly Pruned[]): string {
  return pruned
    .map(({ pipeline, generations, bytes, shares }) => {
      const documents = shares.reduce((sum, share) => sum + (share.fate === 'acked' ? share.documents : 0), 0)
      return `before, of ${pipeline}: ${generations} generations, ${bytes} bytes accounted for, ${documents} documents delivered\n`
    })
    .join('')
}

function verifiedText(verified: Verified | undefined): string {
  switch (verified?.kind) {
    case 'sound':
      return 'all there'
    case 'faulty': {
      const missing = verified.gaps.length > 0 ? 'MISSING' : ''
      return [missing, verified.doubles.length > 0 ? 'DOUBLED' : ''].filter(Boolean).join(', ')
    }
    default:
      return 'not known'
  }
}

function findingsOf(verified: Verified, row: AuditRow | undefined): string[] {
  const of = `${row?.path} (${row?.generation})`
  if (verified.kind === 'sound') return []
  if (verified.kind === 'unknown') return [`not verified: ${of}: ${verified.reason}\n`]
  return [
    ...verified.gaps.map(
      ({ isExact, ...span }) =>
        `missing: ${of}: ${rangeText(span)}${isExact ? '' : `: some of these, ${verified.missingBytes} bytes in all`}\n`
    ),
    ...verified.doubles.map(
      ({ surplus, indices, ...span }) =>
        `doubled: ${of}: ${rangeText(span)}: ${surplus} documents too many, in ${indices.join(', ')}\n`
    )
  ]
}
