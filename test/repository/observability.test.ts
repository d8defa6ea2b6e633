// Prometheus and Grafana of docker-compose.yml, neither of which runs here: their files held against the formats of both,
// every query against PromQL's own grammar, and every metric and label in it against what /metrics has.
import { parser } from '@prometheus-io/lezer-promql'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { assess } from '../../src/telemetry/health.ts'
import { INSTRUMENTS } from '../../src/telemetry/instruments.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { parseExposition } from '../telemetry/exposition.ts'
import { createScene } from '../telemetry/scene.ts'
import { read } from './files.ts'

const text = { type: 'string', minLength: 1 }
const duration = { type: 'string', pattern: '^[1-9][0-9]*(ms|[smhdwy])$' }
const list = (items: object, more: object = {}) => ({ type: 'array', items, minItems: 1, ...more })
const map = (values: object) => ({ type: 'object', additionalProperties: values })
/** An object with these keys and no others; all but those of `optional` must be there. */
function closed(properties: Record<string, object>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter(key => !optional.includes(key))
  return { type: 'object', properties, required, additionalProperties: false }
}

const prometheusSchema = closed({
  global: closed({ scrape_interval: duration, evaluation_interval: duration }),
  rule_files: list(text),
  scrape_configs: list(closed({ job_name: text, static_configs: list(closed({ targets: list(text) })) }))
})
const rulesSchema = closed({
  groups: list(
    closed({
      name: text,
      rules: list(
        closed({ alert: text, expr: text, for: duration, labels: map(text), annotations: map(text) }, ['for'])
      )
    })
  )
})
const datasourcesSchema = closed({
  apiVersion: { const: 1 },
  datasources: list(
    closed({
      name: text,
      uid: { type: 'string', pattern: '^[a-zA-Z0-9_-]{1,40}$' },
      type: { const: 'prometheus' },
      access: { enum: ['proxy', 'direct'] },
      url: text,
      isDefault: { type: 'boolean' },
      jsonData: closed({ timeInterval: duration })
    })
  )
})
const providersSchema = closed({
  apiVersion: { const: 1 },
  providers: list(
    closed({
      name: text,
      type: { const: 'file' },
      allowUiUpdates: { type: 'boolean' },
      options: closed({ path: text })
    })
  )
})

const datasource = closed({ type: { const: 'prometheus' }, uid: text })
const whole = { type: 'integer', minimum: 0 }
const steps = list(closed({ color: text, value: { type: ['number', 'null'] } }))
const panelSchema = (type: string, options: object) =>
  closed(
    {
      id: { type: 'integer', minimum: 1 },
      type: { const: type },
      title: text,
      description: text,
      datasource,
      gridPos: closed({ x: whole, y: whole, w: { type: 'integer', minimum: 1, maximum: 24 }, h: whole }),
      targets: list(
        closed(
          {
            refId: { type: 'string', pattern: '^[A-Z]$' },
            datasource,
            expr: text,
            legendFormat: { type: 'string' },
            instant: { type: 'boolean' },
            range: { type: 'boolean' },
            format: { enum: ['time_series', 'table', 'heatmap'] }
          },
          ['instant', 'range', 'format']
        )
      ),
      fieldConfig: closed({
        defaults: closed(
          {
            unit: { enum: ['short', 's', 'bytes', 'Bps', 'percentunit'] },
            custom: { type: 'object' },
            color: closed({ mode: { const: 'thresholds' } }),
            thresholds: closed({ mode: { const: 'absolute' }, steps })
          },
          ['custom', 'color', 'thresholds']
        ),
        overrides: { type: 'array', maxItems: 0 }
      }),
      options,
      transformations: list(closed({ id: { const: 'organize' }, options: { type: 'object' } }))
    },
    ['description', 'transformations']
  )
const dashboardSchema = closed({
  uid: { type: 'string', pattern: '^[a-zA-Z0-9_-]{1,40}$' },
  title: text,
  description: text,
  tags: list(text),
  schemaVersion: { const: 41 },
  version: whole,
  editable: { type: 'boolean' },
  time: closed({ from: text, to: text }),
  refresh: duration,
  timezone: { enum: ['browser', 'utc'] },
  graphTooltip: { enum: [0, 1, 2] },
  templating: closed({
    list: list(
      closed({
        name: text,
        label: text,
        type: { const: 'query' },
        datasource,
        query: closed({ query: text, refId: text }),
        refresh: { enum: [1, 2] },
        multi: { type: 'boolean' },
        includeAll: { type: 'boolean' },
        allValue: text,
        sort: whole,
        current: closed({ text: list(text), value: list(text) })
      })
    )
  }),
  annotations: closed({ list: { type: 'array' } }),
  links: { type: 'array' },
  panels: list({
    oneOf: [
      panelSchema(
        'stat',
        closed({
          reduceOptions: closed({ calcs: list(text), fields: { type: 'string' }, values: { type: 'boolean' } }),
          colorMode: { enum: ['value', 'background', 'none'] },
          graphMode: { enum: ['area', 'none'] }
        })
      ),
      panelSchema(
        'timeseries',
        closed({
          legend: closed({
            displayMode: { const: 'list' },
            placement: { const: 'bottom' },
            showLegend: { const: true }
          }),
          tooltip: closed({ mode: { const: 'multi' }, sort: { const: 'desc' } })
        })
      ),
      panelSchema('table', closed({ showHeader: { type: 'boolean' } }))
    ]
  })
})

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true })
function problems(schema: object, value: unknown): string[] {
  const validate = ajv.compile(schema)
  validate(value)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

interface Dashboard {
  readonly uid: string
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: { readonly query: string } }[]
  }
  readonly panels: readonly {
    readonly id: number
    readonly title: string
    readonly datasource: { readonly uid: string }
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
    readonly targets: readonly {
      readonly refId: string
      readonly expr: string
      readonly datasource: { readonly uid: string }
    }[]
  }[]
}
interface Alert {
  readonly alert: string
  readonly expr: string
  readonly annotations: Readonly<Record<string, string>>
}

const file = (name: string) => read(`deploy/${name}`)
const prometheus = parse(file('prometheus/prometheus.yml'))
const rules = parse(file('prometheus/rules.yml'))
const datasources = parse(file('grafana/provisioning/datasources/prometheus.yml'))
const providers = parse(file('grafana/provisioning/dashboards/sluice.yml'))
const dashboard: Dashboard = JSON.parse(file('grafana/dashboards/sluice.json'))
const { services } = parse(read('docker-compose.yml'))

/** Names of all series of the page by those of their labels that are ours, as a shipper that has just started has them. */
async function seriesOfPage(): Promise<Map<string, readonly string[]>> {
  const metrics = createMetrics({ version: '0.0.0', maxFileSeries: 10 })
  const vitals = createScene(['app'], metrics.distributions).look()
  const families = parseExposition(await metrics.render(vitals, assess(vitals, { maxLagMs: 1_000 })))
  const labels = new Map(INSTRUMENTS.map(({ name, labels }) => [name, labels]))
  labels.set('sluice_bulk_request_duration_seconds', ['pipeline', 'status'])
  labels.set('sluice_batch_documents', ['pipeline'])
  const series = new Map<string, readonly string[]>([['up', []]])
  for (const [name, { type }] of families) {
    const own = labels.get(name) ?? []
    if (type !== 'histogram') series.set(name, own)
    else
      for (const [suffix, more] of [
        ['_bucket', ['le']],
        ['_sum', []],
        ['_count', []]
      ] as const)
        series.set(name + suffix, [...own, ...more])
  }
  return series
}
const series = await seriesOfPage()

/** Everything that is wrong with a query, empty where Prometheus would answer it from what Sluice has. */
function queryProblems(query: string): string[] {
  const found: string[] = []
  const tree = parser.parse(query)
  const at = ({ from, to }: { from: number; to: number }): string => query.slice(from, to)
  const metrics: string[] = []
  tree.iterate({
    enter: node => {
      if (node.type.isError) found.push(`not understood at ${node.from}`)
      if (node.name !== 'VectorSelector') return
      const name = node.node.getChild('Identifier')
      const metric = name === null ? '' : at(name)
      metrics.push(metric)
      const known = series.get(metric)
      if (known === undefined) found.push(`there is no ${metric}`)
      for (const matcher of node.node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []) {
        const label = matcher.getChild('LabelName')
        const one = label === null ? '' : at(label)
        if (known !== undefined && ![...known, 'instance', 'job'].includes(one)) found.push(`${metric} has no ${one}`)
      }
    }
  })
  if (metrics.length === 0) found.push('names no metric')
  return found
}

/** A query of Grafana as it sends it to Prometheus. */
const filledIn = (query: string): string =>
  query.replaceAll('$__rate_interval', '1m').replaceAll(/\$(instance|pipeline)\b/g, '.*')

describe('Prometheus', () => {
  test('is set up in its own words', () => {
    expect(problems(prometheusSchema, prometheus)).toEqual([])
    expect(problems(rulesSchema, rules)).toEqual([])
    expect(prometheus.rule_files).toEqual(['rules.yml'])
  })

  test('asks Sluice where it listens', () => {
    const { metrics } = JSON.parse(file('sluice.json'))
    const [port] = metrics.address.split(':').slice(-1)
    expect(prometheus.scrape_configs[0].static_configs[0].targets).toEqual([`sluice:${port}`])
    expect(services.sluice).toBeDefined()
  })

  test.each(
    (rules.groups as { rules: Alert[] }[]).flatMap(group => group.rules).map(rule => [rule.alert, rule] as const)
  )('is asked for what there is, and says so: %s', (_, { expr, annotations }) => {
    expect(queryProblems(expr)).toEqual([])
    const named = Object.values(annotations).flatMap(one =>
      [...one.matchAll(/\$labels\.(\w+)/g)].map(([, name]) => name)
    )
    const metric = /\b(sluice_\w+|up)\b/.exec(expr)?.[0] ?? ''
    const has = [...(series.get(metric) ?? []), 'instance', 'job']
    expect(named.filter(name => !has.includes(name ?? ''))).toEqual([])
  })
})

describe('Grafana', () => {
  test('is set up in its own words, from what is mounted', () => {
    expect(problems(datasourcesSchema, datasources)).toEqual([])
    expect(problems(providersSchema, providers)).toEqual([])
    expect(problems(dashboardSchema, dashboard)).toEqual([])
    const [{ url }] = datasources.datasources
    const { hostname, port } = new URL(url)
    expect(services[hostname].ports[0]).toMatch(new RegExp(`:${port}$`))
    expect(services.grafana.volumes).toContain(`./deploy/grafana/dashboards:${providers.providers[0].options.path}:ro`)
    expect(services.grafana.environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH).toBe(
      `${providers.providers[0].options.path}/sluice.json`
    )
  })

  test('has panels that fill their rows, none over another, each with a title of its own', () => {
    const { panels } = dashboard
    const cells = new Map<string, number>()
    for (const {
      id,
      gridPos: { x, y, w, h }
    } of panels) {
      expect(x + w, `panel ${id}`).toBeLessThanOrEqual(24)
      for (let column = x; column < x + w; column += 1) {
        for (let row = y; row < y + h; row += 1) {
          expect(cells.get(`${column} ${row}`), `panel ${id}`).toBeUndefined()
          cells.set(`${column} ${row}`, id)
        }
      }
    }
    expect(cells.size).toBe(24 * Math.max(...panels.map(({ gridPos: { y, h } }) => y + h)))
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length)
  })

  test('asks the source that is provisioned', () => {
    const [{ uid }] = datasources.datasources
    const used = dashboard.panels.flatMap(({ datasource, targets }) => [
      datasource.uid,
      ...targets.map(one => one.datasource.uid)
    ])
    expect(new Set(used)).toEqual(new Set([uid]))
    expect(JSON.stringify(dashboard.templating).match(/"uid":"[^"]*"/g)).toEqual(Array(2).fill(`"uid":"${uid}"`))
  })

  test.each(
    dashboard.panels.flatMap(({ title, targets }) => targets.map(({ refId, expr }) => [title, refId, expr] as const))
  )('has what it shows: %s, %s', (_title, _refId, expr) => {
    expect(queryProblems(filledIn(expr))).toEqual([])
    expect(expr, 'of the shipper and the pipeline that are chosen').toMatch(/\$instance/)
  })

  test('offers for its variables what there is', () => {
    for (const { name, query } of dashboard.templating.list) {
      const [, metric = '', label] = /^label_values\((\w+), (\w+)\)$/.exec(query.query) ?? []
      expect([...(series.get(metric) ?? ['no such metric']), 'instance']).toContain(label)
      expect(label).toBe(name)
    }
  })
})

describe('it is seen where a query', () => {
  test.each([
    ['is not closed', 'sum(rate(sluice_read_bytes_total[1m])', 'not understood at 37'],
    ['names a metric that there is not', 'sum(sluice_bytes_read)', 'there is no sluice_bytes_read'],
    ['names a label that there is not', 'sluice_lag_bytes{file="x"}', 'sluice_lag_bytes has no file'],
    ['names nothing', 'vector(0)', 'names no metric']
  ])('%s', (_, query, problem) => {
    expect(queryProblems(query).join('\n')).toContain(problem)
  })
})
