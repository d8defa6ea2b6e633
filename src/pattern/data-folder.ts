// Where the package's data is. This stands beside the room's face, because a room is one file of that place once it is built.

import { join } from 'node:path'

export const dataFolder = join(import.meta.dirname, '..', '..', 'data')
