// Where records come from, as a person writes it: files, or senders that are listened to.

import Type from 'typebox'
import { type FileSourceOptions, fileSourceSchema } from './file/options.ts'
import { type ListenOptions, listenSchemas } from './listen/index.ts'

export type SourceOptions = FileSourceOptions | ListenOptions

export const sourceSchema = Type.Unsafe<SourceOptions>({
  type: 'object',
  description: 'Where records come from. What is sent to a listener goes through a spool on the disk.',
  discriminator: { propertyName: 'type' },
  oneOf: [fileSourceSchema, ...listenSchemas]
})
