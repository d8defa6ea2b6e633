// Every field of the documents on Sluice's own state, with its type: what mappings and dashboards are made of.

/** A field as Elasticsearch maps it; see "Field data types" and "time_series_metric" of its reference. */
export interface HealthField {
  readonly type: 'date' | 'keyword' | 'long' | 'match_only_text'
  /** A counter only grows while `agent.ephemeral_id` stays; a gauge goes up and down. */
  readonly metric?: 'counter' | 'gauge'
  readonly unit?: 'byte' | 'ms' | 's'
  readonly description: string
}

const keyword = (description: string): HealthField => ({ type: 'keyword', description })
const date = (description: string): HealthField => ({ type: 'date', description })
const counter = (description: string): HealthField => ({ type: 'long', metric: 'counter', description })
const gauge = (description: string): HealthField => ({ type: 'long', metric: 'gauge', description })
const inUnit = (field: HealthField, unit: 'byte' | 'ms' | 's'): HealthField => ({ ...field, unit })

/** By dotted name. */
export const healthFields: Readonly<Record<string, HealthField>> = {
  '@timestamp': date('When the look was taken.'),
  message: { type: 'match_only_text', description: 'The state in a sentence.' },
  'log.level': keyword('info, warn or error, as health is ok, degraded or down.'),
  'data_stream.type': keyword('logs'),
  'data_stream.dataset': keyword('sluice.health'),
  'data_stream.namespace': keyword('As set by health.namespace.'),
  'event.dataset': keyword('sluice.health'),
  'event.kind': keyword('metric'),
  'event.module': keyword('sluice'),
  'ecs.version': keyword('Version of ECS that the fields follow.'),
  'agent.type': keyword('sluice'),
  'agent.version': keyword('Version of Sluice.'),
  'agent.ephemeral_id': keyword('New with each start of the process.'),
  'host.name': keyword('Name of the host.'),
  'process.pid': { type: 'long', description: 'Process id.' },
  'process.start': date('When the process started.'),
  'process.uptime': inUnit(gauge('Time since the process started.'), 's'),
  'sluice.metricset': keyword('process or pipeline: what the document is about.'),
  'sluice.health.status': keyword('ok, degraded or down; a pipeline by itself is ok or degraded.'),
  'sluice.health.reasons': keyword('Codes of the reasons why it is not ok.'),
  'sluice.health.documents_dropped': counter('Such documents that Elasticsearch did not take.'),
  'sluice.cpu.ms': inUnit(counter('Processor time, user and system.'), 'ms'),
  'sluice.memory.rss_bytes': inUnit(gauge('Resident memory.'), 'byte'),
  'sluice.memory.heap_used_bytes': inUnit(gauge('Used part of the heap.'), 'byte'),
  'sluice.budget.used_bytes': inUnit(gauge('Bytes of records in memory.'), 'byte'),
  'sluice.budget.limit_bytes': inUnit(gauge('Bytes of records at which reading waits.'), 'byte'),
  'sluice.pipeline.name': keyword('Name of the pipeline.'),
  'sluice.pipeline.index': keyword('Data stream that it ships to.'),
  'sluice.lines.read': counter('Lines read, blank ones not counted.'),
  'sluice.lines.unmatched': counter('Lines that no format matched.'),
  'sluice.lines.failed': counter('Lines on which a processor failed.'),
  'sluice.lines.damaged': counter('Lines with bytes that were no text.'),
  'sluice.lines.dropped': counter('Lines dropped by a rule.'),
  'sluice.documents.acked': counter('Documents that Elasticsearch has acknowledged.'),
  'sluice.documents.dead_lettered': counter('Documents refused and kept as dead letters.'),
  'sluice.documents.conflicting': counter('Documents never sent before whose ids were taken.'),
  'sluice.bytes.read': inUnit(counter('Bytes read.'), 'byte'),
  'sluice.bytes.acked': inUnit(counter('Bytes settled as acknowledged.'), 'byte'),
  'sluice.bytes.dead_lettered': inUnit(counter('Bytes settled as dead letters.'), 'byte'),
  'sluice.bytes.dropped': inUnit(counter('Bytes settled as dropped by a rule.'), 'byte'),
  'sluice.bytes.skipped': inUnit(counter('Bytes settled as skipped.'), 'byte'),
  'sluice.bytes.lost': inUnit(counter('Bytes that were gone before they were read.'), 'byte'),
  'sluice.bulk.requests': counter('Bulk requests that ended, however they did.'),
  'sluice.bulk.requests_ms': inUnit(counter('Time that they took together.'), 'ms'),
  'sluice.bulk.retried': counter('Requests after which documents waited and were sent again.'),
  'sluice.bulk.held': counter('Requests after which documents waited for a person to mend something.'),
  'sluice.bulk.in_flight': gauge('Batches that are being sent, or wait to be sent again.'),
  'sluice.bulk.queued': gauge('Batches that wait for their turn.'),
  'sluice.files.followed': gauge('Files followed, or ended and not acknowledged in full.'),
  'sluice.lag.bytes': inUnit(gauge('Bytes of whole lines that are there and not settled.'), 'byte'),
  'sluice.lag.ms': inUnit(gauge('Age of the oldest byte that is not settled.'), 'ms'),
  'sluice.spool.used_bytes': inUnit(gauge('Bytes in the spool of a listener.'), 'byte'),
  'sluice.spool.limit_bytes': inUnit(gauge('Bytes at which the spool of a listener is full.'), 'byte')
}
