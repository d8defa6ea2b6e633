// Writes what is made from sources: schema/*.json for editors, docs/configuration.md and docs/formats.md for readers and kibana/saved-objects
// for Kibana. With `--check` it writes nothing and fails where a file is not what it would write.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { allowedText, editorSchema, type JsonSchema, pipelineSchema, settingsSchema } from '#config'
import { dashboardSchema } from '#kibana'
import { dashboardFiles } from './dashboards.ts'
import { formatsReference } from './formats.ts'

const root = join(import.meta.dirname, '..')
const settings = editorSchema(settingsSchema)
const pipeline = editorSchema(pipelineSchema)

const files: Readonly<Record<string, string>> = {
  'schema/sluice.schema.json': schemaFile('sluice', settings),
  'schema/pipeline.schema.json': schemaFile('pipeline', pipeline),
  'schema/dashboard.schema.json': schemaFile('dashboard', editorSchema(dashboardSchema)),
  'docs/configuration.md': reference(),
  'docs/formats.md': formatsReference(pipeline.properties?.parse?.items?.oneOf ?? []),
  ...(await dashboardFiles(root))
}

if (process.argv.includes('--check')) {
  const stale = Object.entries(files).filter(([name, text]) => read(join(root, name)) !== text)
  for (const [name] of stale) process.stderr.write(`${name} is not what its sources say; run "npm run generate"\n`)
  process.exitCode = stale.length === 0 ? 0 : 1
} else {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text)
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function schemaFile(name: string, schema: JsonSchema): string {
  const head = { $schema: 'http://json-schema.org/draft-07/schema#', $id: `urn:sluice:schema:${name}` }
  return `${JSON.stringify({ ...head, ...schema }, null, 2)}\n`
}

function reference(): string {
  const parts = [
    '<!-- Made by "npm run generate" from the schemas in src; changes here are lost. -->',
    '# Configuration',
    'Two kinds of files are written by hand: the settings in `sluice.json` and one file for each pipeline. Both are JSON with comments and trailing commas. Editors that know JSON Schema complete and check them when `$schema` names `schema/sluice.schema.json` or `schema/pipeline.schema.json`. `sluice check` names everything that is wrong, by line and column.',
    ...section('Settings (`sluice.json`)', settings, 2),
    ...section('Pipelines', pipeline, 2)
  ]
  return `${parts.join('\n\n')}\n`
}

/** A heading, what the schema says of the object, its keys as a table, and a section for each object among them. */
function section(title: string, schema: JsonSchema, level: number, prefix = ''): string[] {
  const entries = Object.entries(schema.properties ?? {})
  const rows = entries.map(([key, value]) => row(key, value, schema.required?.includes(key) ?? false))
  const table = ['| key | allowed | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
  return [
    `${'#'.repeat(level)} ${title}`,
    ...(schema.description === undefined ? [] : [schema.description]),
    ...(rows.length === 0 ? [] : [table]),
    ...entries.flatMap(([key, value]) => sectionsBelow(`${prefix}${key}`, value, level + 1))
  ]
}

function sectionsBelow(path: string, schema: JsonSchema, level: number): string[] {
  const inner = schema.items ?? schema
  const name = schema.items === undefined ? path : `${path}[]`
  const description = [schema.description, schema.items?.description].filter(text => text !== undefined).join(' ')
  const alternatives = inner.oneOf ?? []
  if (alternatives.length > 0) {
    const sections = alternatives.flatMap(option => section(optionTitle(name, option), option, level + 1, `${name}.`))
    return [`${'#'.repeat(level)} \`${name}\``, description, ...sections]
  }
  if (inner.properties === undefined) return []
  return section(`\`${name}\``, { ...inner, description }, level, `${name}.`)
}

/** An alternative is named by the one value that its first fixed key may have. */
function optionTitle(name: string, option: JsonSchema): string {
  const tag = Object.entries(option.properties ?? {}).find(([, value]) => value.const !== undefined)
  return tag === undefined ? `\`${name}\`` : `\`${name}\` with \`"${tag[0]}": ${JSON.stringify(tag[1].const)}\``
}

function row(key: string, schema: JsonSchema, isRequired: boolean): string {
  const cells = [`\`${key}\``, allowedCell(key, schema), defaultCell(key, schema, isRequired), schema.description ?? '']
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function allowedCell(key: string, schema: JsonSchema): string {
  const hasSection = schema.properties !== undefined || schema.oneOf !== undefined
  if (hasSection) return 'an object, see below'
  const ofSections = schema.items?.properties !== undefined || schema.items?.oneOf !== undefined
  return ofSections ? 'a list of objects, see below' : allowedText(schema, key)
}

function defaultCell(key: string, { default: value }: JsonSchema, isRequired: boolean): string {
  if (isRequired) return 'required'
  if (value === undefined || JSON.stringify(value) === '{}') return ''
  return `\`${JSON.stringify(value)}\`${inUnits(key, value)}`
}

/** Large counts of bytes once more in a unit that reads well. */
function inUnits(key: string, value: unknown): string {
  if (!key.endsWith('Bytes') || typeof value !== 'number') return ''
  const mebibytes = value / 2 ** 20
  return mebibytes >= 1 ? ` (${mebibytes} MiB)` : ''
}
