// What the rooms tell, as lines of Sluice's own log and in its telemetry.

import type { BulkEvents } from '#bulk'
import { adviceFor, type Delivery, type Log } from '#telemetry'

/** Tells of one batch on its way. Documents wait and are not lost while it says so. */
export function observeBulk(log: Log, delivery: Delivery): BulkEvents {
  return {
    answered: what => delivery.answered(what),
    retrying(what) {
      delivery.retrying(what)
      log.warn(what, 'bulk request failed, sending again')
    },
    holding(what) {
      delivery.holding(what)
      log.error({ ...what, advice: adviceFor(what.status) ?? 'see reason' }, 'documents held until this is mended')
    },
    recovered: what => log.info(what, 'documents delivered again'),
    refused: ({ item, index, status, type, reason }) =>
      log.error(
        { index, id: item.id, offset: item.start, status, type, reason },
        'document refused, kept as dead letter'
      ),
    conflicting(items) {
      delivery.conflicting(items.length)
      log.error(
        { documents: items.length, id: items[0]?.id },
        'ids taken by documents never sent, sending under new ids'
      )
    }
  }
}
