// How Sluice shows how it is doing, as a person writes it.

import Type, { type Static } from 'typebox'

export const metricsSchema = Type.Object(
  {
    enabled: Type.Boolean({
      default: false,
      description: 'Whether `/metrics`, `/health`, `/live` and `/ready` are served. Two processes need two addresses.'
    }),
    address: Type.String({
      default: '127.0.0.1:9600',
      pattern:
        '^(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+):([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$',
      patternErrorMessage: 'host:port or [IPv6 address]:port',
      description:
        'Where they are served. Nothing asks for a password there, so leave it to this machine or to a network that may read paths of files; `0.0.0.0:9600` is all of IPv4.'
    }),
    maxFileSeries: Type.Integer({
      default: 100,
      minimum: 0,
      maximum: 100_000,
      description:
        'Most files with metrics of their own, over all pipelines; those furthest behind are chosen. The sums hold all files.'
    })
  },
  { description: "Sluice's own state over HTTP, for Prometheus and for probes." }
)
export type MetricsOptions = Static<typeof metricsSchema>

export const healthSchema = Type.Object(
  {
    ship: Type.Boolean({
      default: false,
      description:
        'Whether Sluice ships documents on its own state to `logs-sluice.health-<namespace>`: one for the process and one for each pipeline.'
    }),
    intervalMs: Type.Integer({
      default: 30_000,
      minimum: 1_000,
      maximum: 3_600_000,
      description: 'Time in milliseconds between two such documents.'
    }),
    namespace: Type.String({
      default: 'default',
      minLength: 1,
      maxLength: 100,
      pattern: '^[^A-Z\\\\/*?"<>|\\s,#:-]+$',
      patternErrorMessage: 'lower-case text of at most 100 bytes without blanks and without \\ / * ? " < > | , # : -',
      description: 'Last part of the data stream that they go to.'
    }),
    maxLagMs: Type.Integer({
      default: 300_000,
      minimum: 1_000,
      maximum: 604_800_000,
      description: 'A pipeline is degraded when bytes have waited for their acknowledgement longer than this.'
    })
  },
  { description: 'What counts as healthy, and whether it is shipped.' }
)
export type HealthOptions = Static<typeof healthSchema>
