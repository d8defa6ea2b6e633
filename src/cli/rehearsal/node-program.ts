// How a program of this package is started beside the command: the sources run as they stand, the package runs what was made
// of them.

import { extname, join } from 'node:path'

/** Program and arguments that run the module `name`, without its ending, of a folder. */
export function nodeProgram(folder: string, name: string): readonly [string, ...string[]] {
  return [process.execPath, ...process.execArgv, join(folder, `${name}${extname(import.meta.filename)}`)]
}
