// The data views that dashboards look through. Their ids are our own: those that Fleet installs are named as the patterns.

import type { FieldTypes } from '#record'
import type { SavedObject } from './saved-object.ts'

/** Ids by the name that the model has for them. */
export const DATA_VIEWS = { logs: 'sluice-logs', health: 'sluice-health' } as const

/** What the view of logs adds: messages are texts, which cannot be told apart, and so a short form is read from the source. */
export const runtimeTypes: FieldTypes = { message_short: 'keyword' }

// Painless knows no escape for the newline: it stands in the quotes itself.
const SHORT_MESSAGE = `def m = params._source.message;
if (m instanceof String) {
  int end = m.indexOf('\n');
  if (end < 0 || end > 200) end = (int) Math.min(200, m.length());
  emit(m.substring(0, end));
}`

const duration = (inputFormat: string) => ({
  id: 'duration',
  params: { inputFormat, outputFormat: 'humanizePrecise', useShortSuffix: true }
})
const bytes = { id: 'bytes' }

/** Data views as Kibana keeps them, in the order of their ids. */
export function dataViews(): SavedObject[] {
  return [
    dataView(DATA_VIEWS.health, 'logs-sluice.health-*', 'Sluice: its own health', {
      'sluice.lag.bytes': bytes,
      'sluice.lag.ms': duration('milliseconds'),
      'sluice.memory.rss_bytes': bytes,
      'sluice.budget.used_bytes': bytes,
      'sluice.bytes.lost': bytes
    }),
    dataView(
      DATA_VIEWS.logs,
      'logs-*-*',
      'Sluice: logs',
      { 'event.duration': duration('nanoseconds'), 'http.response.body.bytes': bytes, 'http.request.bytes': bytes },
      { message_short: { type: 'keyword', script: { source: SHORT_MESSAGE } } }
    )
  ]
}

function dataView(
  id: string,
  title: string,
  name: string,
  fieldFormats: object,
  runtimeFields: object = {}
): SavedObject {
  return {
    type: 'index-pattern',
    id,
    attributes: {
      title,
      name,
      timeFieldName: '@timestamp',
      runtimeFieldMap: JSON.stringify(runtimeFields),
      fieldFormatMap: JSON.stringify(fieldFormats),
      fieldAttrs: '{}',
      sourceFilters: '[]',
      allowNoIndex: true
    },
    references: [],
    coreMigrationVersion: '8.8.0',
    typeMigrationVersion: '8.0.0'
  }
}
