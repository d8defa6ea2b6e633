// The settings that all pipelines share, as a person writes them in sluice.json. Fields with a default are always there
// after loading, so that their types need no `undefined`.

import Type, { type Static } from 'typebox'
import { batchSchema } from '#batch'
import { bulkSchema } from '#bulk'
import { kibanaSchema } from '#kibana'
import { healthSchema, metricsSchema } from '#telemetry'

const elasticsearchSchema = Type.Object(
  {
    nodes: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      default: ['http://localhost:9200'],
      description: 'Addresses of the cluster, `http` or `https`, without credentials.'
    }),
    username: Type.Optional(Type.String({ minLength: 1, description: 'User of the basic realm, with `password`.' })),
    password: Type.Optional(
      Type.String({
        minLength: 1,
        writeOnly: true,
        description: 'Password of `username`; better written as `${NAME}` or `${file:/path}`.'
      })
    ),
    apiKey: Type.Optional(
      Type.String({
        minLength: 1,
        writeOnly: true,
        description: 'API key in its encoded form, instead of `username` and `password`.'
      })
    ),
    caFile: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Certificate authority of the cluster as a PEM file; relative paths count from the settings file.'
      })
    ),
    verifyCertificates: Type.Boolean({
      default: true,
      description: 'Whether the certificate of the cluster must be valid. Without it anyone can pose as the cluster.'
    }),
    bulk: Type.With(bulkSchema, { default: {} })
  },
  { default: {}, description: 'The cluster that everything is shipped to.' }
)

export const settingsSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: 'Where editors find the schema of this file.' })),
    elasticsearch: elasticsearchSchema,
    kibana: Type.Optional(kibanaSchema),
    stateDir: Type.String({
      minLength: 1,
      default: 'sluice-state',
      description:
        'Folder of positions, counters and dead letters. Relative paths count from the settings file, or from the working directory where there is none.'
    }),
    keepEndedMs: Type.Integer({
      default: 2_592_000_000,
      minimum: 86_400_000,
      maximum: 315_360_000_000,
      description:
        'How long in milliseconds a file stays in the state folder after it was read to its end, acknowledged and deleted; its sums stay for ever. What is older is forgotten at a start.'
    }),
    pipelines: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      default: ['pipelines/*.json'],
      description: 'Files and globs of the pipelines; relative ones count from the settings file.'
    }),
    budgetBytes: Type.Integer({
      default: 67_108_864,
      minimum: 1_048_576,
      maximum: 17_179_869_184,
      description:
        'Most bytes of records that are in memory at once, over all pipelines. When it is used up, reading waits.'
    }),
    workers: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 64,
      description:
        'Threads that parse and send, beside the one that watches and reads files and keeps positions; 0 leaves all of it to that one. The files of one log are always for one thread, so more threads than logs do nothing, and neither do more than `elasticsearch.bulk.maxInFlight`, which they share. Worth it where one thread uses up a core and Elasticsearch would take more; each takes about 100 MB.'
    }),
    deadLetters: Type.Object(
      {
        maxBytes: Type.Integer({
          default: 268_435_456,
          minimum: 65_536,
          maximum: 1_099_511_627_776,
          description:
            'Bytes of lines and documents above which no more dead letters are kept. Documents that are refused then wait, and so does what stands behind them, until `sluice dead-letters replay` or `discard` has made room. Batches that are under way may pass it a little.'
        })
      },
      { default: {}, description: 'The documents that Elasticsearch refused, which are kept in the state folder.' }
    ),
    spool: Type.Object(
      {
        maxBytes: Type.Integer({
          default: 1_073_741_824,
          minimum: 16_777_216,
          maximum: 1_099_511_627_776,
          description:
            'Most bytes of records that wait on the disk for each pipeline that listens. When they are used up, senders over TCP and on standard input wait, requests over HTTP are answered with 429, and packets over UDP are dropped and counted.'
        })
      },
      { default: {}, description: 'Records of senders that cannot wait, which are kept in the state folder.' }
    ),
    batch: Type.With(batchSchema, { default: {} }),
    host: Type.Enum(['name', 'full'], {
      default: 'name',
      description:
        'What documents say of the machine: its name, or also its architecture, operating system, machine id and addresses, as they are at the start. `full` makes a document some 300 bytes longer on its way, and 14 in the index.'
    }),
    drainMs: Type.Integer({
      default: 30_000,
      minimum: 0,
      maximum: 3_600_000,
      description: 'Longest time in milliseconds that a stop waits for what is in flight.'
    }),
    metrics: Type.With(metricsSchema, { default: {} }),
    health: Type.With(healthSchema, { default: {} }),
    log: Type.Object(
      {
        level: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
          default: 'info',
          description: "Least severe level of Sluice's own log."
        })
      },
      { default: {}, description: "Sluice's own log." }
    )
  },
  {
    title: 'Sluice settings',
    description:
      'What all pipelines share. In every string `${NAME}` stands for an environment variable and `${file:/path}` for the content of a file without its last newline; neither is ever shown. `$${` stands for a plain `${`.'
  }
)

/** The settings with all defaults filled in and all paths absolute. Credentials stand in them as they are: show only what `describe` gives. */
export type Settings = Static<typeof settingsSchema>
