// What the rooms tell, as lines of Sluice's own log and in its telemetry.

import type { BulkEvents } from '#bulk'
import { adviceFor, type Delivery, type Log, type Seldom, sizeText } from '#telemetry'

/** What a lookup needs. */
const UNSURE =
  'give the user or API key the privilege read on the index; without it a rollover meanwhile doubles documents'

/**
 * Tells of one batch on its way. Documents wait and are not lost while it says so. `seldom` is that of their pipeline;
 * `leave` lets other batches pass.
 */
export function observeBulk(log: Log, delivery: Delivery, seldom: Seldom, leave: () => void): BulkEvents {
  let held: string | undefined
  return {
    answered: what => delivery.answered(what),
    retrying(what) {
      delivery.retrying(what)
      log.warn(what, 'bulk request failed, sending again')
    },
    holding(what) {
      delivery.holding(what)
      held = `held ${what.status}`
      const times = seldom.times(held)
      if (times === undefined) return
      log.error(
        { ...what, times, advice: adviceFor(what.status) ?? 'see reason' },
        'documents held until this is mended'
      )
    },
    stuck(what) {
      leave()
      const { bytes, status, reason } = what
      delivery.holding({ documents: 1, status, reason: `a document of ${sizeText(bytes)}: ${reason}` })
      held = `stuck ${what.id}`
      const times = seldom.times(held)
      if (times !== undefined) log.error({ ...what, times, advice: adviceFor(status) }, 'one document is never taken')
    },
    recovered(what) {
      if (held !== undefined) seldom.over(held)
      log.info(what, 'documents delivered again')
    },
    rescued(what) {
      const times = seldom.times(`rescued ${what.field}`)
      if (times !== undefined) log.warn({ ...what, times }, 'field does not fit the index, moved to _conflicts')
    },
    unsure(what) {
      const times = seldom.times('unsure')
      if (times !== undefined)
        log.warn({ ...what, times, advice: UNSURE }, 'cannot look up what was taken, sending it again')
    },
    refused({ item, index, status, type, reason }) {
      const times = seldom.times(`refused ${type}`)
      if (times === undefined) return
      log.error(
        { index, id: item.id, offset: item.start, status, type, reason, times },
        'document refused, kept as dead letter'
      )
    },
    conflicting(items) {
      delivery.conflicting(items.length)
      log.error(
        { documents: items.length, id: items[0]?.id },
        'ids taken by documents never sent, sending under new ids'
      )
    }
  }
}
