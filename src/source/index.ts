// The room that turns files into chunks.

export { type FileSourceOptions, fileSourceSchema } from './file/options.ts'
