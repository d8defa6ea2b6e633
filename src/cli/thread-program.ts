// What runs in a worker thread of `run` and `import`.

import { runThread } from '#pipeline'

runThread()
