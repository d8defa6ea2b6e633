// Rules that alert, of the type `.es-query`, which a basic licence has. One that is there is left alone when somebody has
// changed it. See "Create a rule" of Kibana's API reference.

import { kqlQuery } from './kql.ts'
import type { KibanaOptions } from './options.ts'
import { accepted, createAsk, jsonOf } from './request.ts'

/** What one rule looks at. */
export interface Rule {
  readonly id: string
  readonly name: string
  readonly index: string
  readonly filter: string
  /** Length of the time that is looked at, in minutes. */
  readonly minutes: number
  readonly comparator: '>' | '<'
  readonly threshold: number
  /** Field whose values are counted apart. */
  readonly by?: string
}

const ERRORS = 'log.level: (error or critical or crit or fatal or alert or emerg or emergency)'

/** Errors of any service, dead letters of any shipper, and the silence of each data stream. */
export function rulesFor(streams: readonly { readonly pipeline: string; readonly index: string }[]): Rule[] {
  const silence = streams.map(({ pipeline, index }) => ({
    id: `sluice-silence-${pipeline}`,
    name: `Sluice: ${pipeline} has been silent for an hour`,
    index,
    filter: 'data_stream.dataset: *',
    minutes: 60,
    comparator: '<' as const,
    threshold: 1
  }))
  return [
    {
      id: 'sluice-errors',
      name: 'Sluice: more than 50 errors of a service in 5 minutes',
      index: 'logs-*-*',
      filter: `not data_stream.dataset: "sluice.health" and ${ERRORS}`,
      minutes: 5,
      comparator: '>',
      threshold: 50,
      by: 'service.name'
    },
    {
      id: 'sluice-dead-letters',
      name: 'Sluice: documents were refused and wait as dead letters',
      index: 'logs-sluice.health-*',
      filter: 'sluice.health.reasons: (dead_letters or dead_letters_full)',
      minutes: 5,
      comparator: '>',
      threshold: 0,
      by: 'host.name'
    },
    ...silence
  ]
}

/** The body of a rule, without what only its creation has. */
export function ruleBody({ name, index, filter, minutes, comparator, threshold, by }: Rule) {
  return {
    name,
    tags: ['sluice'],
    schedule: { interval: '1m' },
    actions: [],
    params: {
      searchType: 'esQuery',
      index: [index],
      timeField: '@timestamp',
      esQuery: JSON.stringify({ query: kqlQuery(filter) }),
      size: 10,
      timeWindowSize: minutes,
      timeWindowUnit: 'm',
      thresholdComparator: comparator,
      threshold: [threshold],
      aggType: 'count',
      groupBy: by === undefined ? 'all' : 'top',
      ...(by !== undefined && { termField: by, termSize: 100 }),
      excludeHitsFromPreviousRun: true
    }
  }
}

export type RuleOutcome = 'created' | 'same' | 'kept' | 'updated'

/**
 * Makes a rule where there is none. One that is there and differs is kept, or put as it should be where that is forced.
 * @param isDry whether nothing is written, and only said what would be
 * @throws SluiceError `E_KIBANA_PUSH` where Kibana refuses
 */
export async function ensureRule(
  options: KibanaOptions,
  rule: Rule,
  { isForced = false, isDry = false }: { readonly isForced?: boolean; readonly isDry?: boolean } = {}
): Promise<RuleOutcome> {
  const ask = createAsk(options, false)
  const id = options.space === 'default' ? rule.id : `${rule.id}-${options.space}`
  const path = `/api/alerting/rule/${id}`
  const body = ruleBody(rule)
  const there = await ask('GET', path)
  if (there.status === 404) {
    if (isDry) return 'created'
    const made = await ask('POST', path, { ...body, rule_type_id: '.es-query', consumer: 'stackAlerts', enabled: true })
    // Somebody else has made it in between.
    if (made.status === 409) return 'same'
    accepted(`cannot make the rule ${id}`, made)
    return 'created'
  }
  accepted(`cannot read the rule ${id}`, there)
  if (isAs(jsonOf(there.text), body)) return 'same'
  if (!isForced) return 'kept'
  if (isDry) return 'updated'
  accepted(`cannot change the rule ${id}`, await ask('PUT', path, body))
  return 'updated'
}

/** Whether all that a body says is so; Kibana adds to it. */
function isAs(found: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return found === wanted
  if (typeof found !== 'object' || found === null) return false
  return Object.entries(wanted).every(([key, value]) => isAs((found as Record<string, unknown>)[key], value))
}
