// Where the program of worker threads lies: beside the commands, because a room is one file in the package.

import { extname, join } from 'node:path'

export const threadProgram = join(import.meta.dirname, `thread-program${extname(import.meta.filename)}`)
