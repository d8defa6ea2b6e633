// The reference of formats: what each is for, and a line and its fields as the program makes them when this is generated.

import type { JsonSchema } from '#config'
import type { FieldTypes } from '#record'
import { type Example, fixtureNames, runFixture } from '../test/parse/fixture.ts'

/**
 * docs/formats.md.
 * @param schemas of the formats, as they stand in that of `parse`
 * @throws Error for a format without a folder in test/fixtures
 */
export function formatsReference(schemas: readonly JsonSchema[]): string {
  const examples = fixtureNames.flatMap(name => runFixture(name).map(example => ({ name, ...example })))
  const parts = [
    '<!-- Made by "npm run generate" from the schemas in src and the lines in test/fixtures; changes here are lost. -->',
    '# Formats',
    'What `parse[].format` may be. Each format takes the producer’s own words for its lines, and each is shown with one of its lines and the fields that come of it; all other options are in [the configuration](configuration.md). A document has more fields than these: where its line was read, on which host and by which pipeline. `sluice explain` shows the same of any line.',
    ...limits,
    ...schemas.flatMap(schema => {
      const format = String(schema.properties?.format?.const)
      const own = examples.filter(({ entry }) => entry?.format === format)
      const [example] = [...own.filter(({ name }) => name === format), ...own]
      if (example === undefined) throw new Error(`no folder of test/fixtures has a line of the format ${format}`)
      return section(format, schema, example)
    })
  ]
  return `${parts.join('\n\n')}\n`
}

const limits = [
  '**What does not match** goes on to the next format, and in the end is shipped with its text as `message`, tagged `_parse_failure` and counted. `error.message` says what was expected where it stopped, and `sluice.parse_failure` the `format` that came furthest, its `pattern` and the `column`, counted from 1. A line is taken whole or not at all.',
  '**Time.** Expressions that people write are examined when they are loaded. One whose cost doubles with each character of some text is refused with such a text, or taken with `allowSlow`. Of such an expression any text, and whatever the expression a text of more than 1024 characters (128 where it holds several `.*`) is given up after 250 ms as one that does not match, so that no line holds up the others for longer.',
  `**Stack traces** that \`multiline\` joins to their log lines become \`error.type\`, \`error.message\` and \`error.stack_trace\`: with \`python-logging\`, \`loguru\` and \`log4j\` by themselves, with \`regex\`, \`grok\` and \`dissect\` where \`trace\` names the platform. Pipelines with logs for each: ${traceSamples()}.`
]

function traceSamples(): string {
  const names = fixtureNames.filter(name => name.startsWith('trace-'))
  return names.map(name => `[${name.replace('trace-', '')}](../test/fixtures/${name}/pipeline.json)`).join(', ')
}

function section(
  format: string,
  schema: JsonSchema,
  { entry, text, parsed, writes, name }: Example & { name: string }
) {
  return [
    `## \`${format}\``,
    schema.description ?? '',
    code('json', JSON.stringify(entry, undefined, 2)),
    'takes',
    code('text', text),
    'and makes of it',
    code('json', JSON.stringify(parsed, undefined, 2)),
    writes === 'open'
      ? 'Fields are named by the line.'
      : `${entry !== undefined && 'pattern' in entry ? 'With this pattern it' : 'It'} may write ${fieldList(writes)}.`,
    `More of its lines: [test/fixtures/${name}](../test/fixtures/${name}/input.log).`
  ]
}

function fieldList(writes: FieldTypes): string {
  return Object.entries(writes)
    .map(([field, type]) => `\`${field}\` (${type})`)
    .join(', ')
}

function code(language: string, text: string): string {
  const fence = text.includes('```') ? '````' : '```'
  return `${fence}${language}\n${text}\n${fence}`
}
