// The room that turns files into chunks.

export type { Carrier, EndReason, FileSink, FileSource, FileStatus, Standing } from './file/contract.ts'
export { explainGlobs, type Wanted } from './file/explain.ts'
export { createGlobs, type Globs } from './file/globs.ts'
export { createLocate, findAlike, type Whereabouts } from './file/locate.ts'
export { type FileSourceOptions, fileSourceSchema } from './file/options.ts'
export { createPathFields, pathFieldNames } from './file/path-fields.ts'
export { createFileSource } from './file/source.ts'
export { inFlightBytes, type OpenSurveyed, openSurveyed, type Surveyed, survey } from './file/survey.ts'
