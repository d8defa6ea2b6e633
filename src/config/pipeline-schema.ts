// One pipeline as a person writes it. The parts are described by the rooms that carry them out.

import Type, { type Static } from 'typebox'
import { batchSchema } from '#batch'
import { enrichSchema } from '#enrich'
import { frameSchema, multilineSchema } from '#frame'
import { parseSchema } from '#parse'
import { sourceSchema } from '#source'
import { withoutDefaults } from './schema.ts'

/** What data stream names allow in one part, as the fields `data_stream.dataset` and `.namespace` of ECS say. */
const streamPart = {
  minLength: 1,
  maxLength: 100,
  pattern: '^[^A-Z\\\\/*?"<>|\\s,#:-]+$',
  patternErrorMessage: 'lower-case text of at most 100 bytes without blanks and without \\ / * ? " < > | , # : -'
}

const testSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, description: 'What the test shows, as a sentence.' }),
    input: Type.Array(Type.String(), { minItems: 1, description: 'Lines as they stand in the file.' }),
    expect: Type.Array(Type.Record(Type.String(), Type.Unknown()), {
      description:
        'The documents that come out, in order; a dropped line makes none. Each names only the fields that matter, dotted or nested.'
    })
  },
  { description: 'Lines and what must become of them.' }
)

export const pipelineSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: 'Where editors find the schema of this file.' })),
    name: Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
      patternErrorMessage: 'at most 100 letters, digits, ".", "_" and "-", beginning with a letter or digit',
      description: 'Name of the pipeline in counters, logs and commands. No two pipelines share one.'
    }),
    source: sourceSchema,
    frame: Type.With(frameSchema, { default: {} }),
    multiline: Type.Optional(multilineSchema),
    parse: Type.With(parseSchema, { default: [] }),
    enrich: Type.With(enrichSchema, { default: [] }),
    destination: Type.Object(
      {
        dataset: Type.String({
          ...streamPart,
          description: 'Middle part of the data stream `logs-<dataset>-<namespace>`.'
        }),
        namespace: Type.String({
          ...streamPart,
          default: 'default',
          description: 'Last part of the data stream, such as an environment.'
        })
      },
      { description: 'The data stream that documents go to. `${NAME}` and `${file:/path}` are filled in here.' }
    ),
    batch: Type.Optional(
      withoutDefaults(
        Type.With(Type.Partial(batchSchema), {
          description: 'When a batch of this pipeline is full, where that differs from the settings.'
        })
      )
    ),
    tests: Type.Array(testSchema, { default: [], description: 'Run by `sluice test`.' })
  },
  {
    title: 'Sluice pipeline',
    description:
      'From files or senders to a data stream. `${NAME}` and `${file:/path}` are filled in within `destination` and in `source.token` only: elsewhere `${` and `$name` stand for themselves, because the patterns of nginx, log4j2 and others are written with them.'
  }
)
/** A pipeline as it is written, with defaults filled in. */
export type PipelineDocument = Static<typeof pipelineSchema>
