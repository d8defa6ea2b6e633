// What a file source follows, as a person writes it.

import Type, { type Static } from 'typebox'

export const fileSourceSchema = Type.Object(
  {
    type: Type.Literal('file', { description: 'Files, followed across rotation.' }),
    paths: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description:
        "Globs of the files to read; relative ones count from the file they stand in. `${service}` in one stands for `*` and puts what it stood for into the documents' `service.name`; so do `${host}` and other objects of ECS, `${a.b}` puts it into `a.b`, and any other name into `labels`."
    }),
    exclude: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'Globs of files that are not read although they match `paths`. One without a slash, as `*.gz`, matches in any folder.'
    }),
    compression: Type.Union([Type.Literal('auto'), Type.Literal('none')], {
      default: 'auto',
      description:
        'With `auto` files that are compressed with gzip or zstd, whatever their names, are unpacked; one that holds what a file held that was followed is that file. With `none` they are taken for text: exclude them.'
    }),
    startAt: Type.Union([Type.Literal('beginning'), Type.Literal('end')], {
      default: 'beginning',
      description:
        'Where to begin in files that are there at the very first start. Later files are read from their beginning.'
    }),
    sweepMs: Type.Integer({
      default: 1_000,
      minimum: 50,
      maximum: 600_000,
      description:
        'Pause in milliseconds between two looks at all files. Changes are seen at once where the file system tells of them; the sweep is the net beneath. It is stretched where a look takes long, to stay under half a percent of the time.'
    }),
    closeInactiveMs: Type.Integer({
      default: 300_000,
      minimum: 1_000,
      maximum: 86_400_000,
      description:
        'A file that did not grow for so many milliseconds is closed; a rotated or deleted one is read no further.'
    }),
    releaseDeletedMs: Type.Integer({
      default: 43_200_000,
      minimum: 1_000,
      maximum: 2_592_000_000,
      description:
        'A file that was deleted before it was read to its end is held open so long, because its space on disk is only given back when it is closed. What is not read by then is given up: it is counted as lost and logged as an error.'
    }),
    ignoreOlderMs: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 315_360_000_000,
      description:
        'Files that were last written to longer ago than so many milliseconds when they are first seen are left alone: what is in them counts as skipped. One that grows later is read from there. 0 reads files of any age.'
    }),
    removeAfterMs: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 315_360_000_000,
      description:
        'Removes a file when it is acknowledged to its end and was not written to for so many milliseconds. It is proved to be the same file right before, symbolic links and empty files are left, and so is what a process holds open to write to it (of other users only root sees them: choose a time that no program pauses for). Documents that became dead letters are kept in the state folder. 0 removes nothing.'
    }),
    maxOpenFiles: Type.Integer({
      default: 1_024,
      minimum: 1,
      maximum: 1_000_000,
      description:
        'Most files of this pipeline that are held open. Beyond it the one that was read longest ago is closed, and opened again when its turn comes. Files that were deleted or moved away before they were read to their ends are held whatever the bound, because nothing else leads to them.'
    }),
    copyWaitMs: Type.Integer({
      default: 5_000,
      minimum: 0,
      maximum: 600_000,
      description:
        'A new file that holds what another begins with may be a copy, as `copytruncate` of logrotate makes it. It is read when it has not grown for so many milliseconds and its original was not truncated by then. 0 reads it at once.'
    }),
    maxReadAheadBytes: Type.Integer({
      default: 16_777_216,
      minimum: 1_048_576,
      maximum: 268_435_456,
      description: 'Most bytes of one file that are read and not yet acknowledged.'
    })
  },
  { description: 'Where records come from.' }
)
export type FileSourceOptions = Static<typeof fileSourceSchema>
