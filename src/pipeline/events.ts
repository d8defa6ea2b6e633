// What the rooms tell, as lines of Sluice's own log.

import type { BulkEvents } from '#bulk'
import type { Log } from '#telemetry'

const ADVICE: Readonly<Record<number, string>> = {
  200: 'check elasticsearch.nodes: another service answers there',
  401: 'check elasticsearch.username and password, or apiKey: Elasticsearch does not know them',
  403: 'give the user or API key the privileges auto_configure and create_doc on the index',
  404: 'create the index or ingest pipeline that is named, or correct destination'
}

/** What a person can do about an answer of this HTTP status, where it is known. */
export const adviceFor = (status: number | undefined): string | undefined =>
  status === undefined ? undefined : ADVICE[status]

/** Logs what delivery meets. Documents wait and are not lost while it says so. */
export function logBulk(log: Log): BulkEvents {
  return {
    retrying: what => log.warn(what, 'bulk request failed, sending again'),
    holding: what =>
      log.error({ ...what, advice: adviceFor(what.status) ?? 'see reason' }, 'documents held until this is mended'),
    recovered: what => log.info(what, 'documents delivered again'),
    refused: ({ item, index, status, type, reason }) =>
      log.error(
        { index, id: item.id, offset: item.start, status, type, reason },
        'document refused, kept as dead letter'
      ),
    conflicting: items =>
      log.error(
        { documents: items.length, id: items[0]?.id },
        'ids taken by documents never sent, sending under new ids'
      )
  }
}
