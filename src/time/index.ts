// Times as producers write them, read and written without a library's detours: one compiled reader for each way of writing.
// A leaf that any room may use; it depends on the nouns alone.

export { type AnyTimeReader, anyTime } from './any.ts'
export type { TimeReaderAt } from './in-bytes.ts'
export { javaDirectives } from './java.ts'
export { localeDescription } from './locale.ts'
export { missingDay, missingYear, type Reading } from './missing-year.ts'
export { clf, epoch, epochSeconds, iso8601, isoWriter, looseIso8601, type TimeReader, timestamps } from './reading.ts'
export { strftime } from './strftime.ts'
export { strptime, type TimeFormat } from './strptime.ts'
export { timezoneDescription, utc, type Zone, zone } from './zone.ts'
