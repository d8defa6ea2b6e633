// All workloads, in the order in which they are measured.

import { json } from './json.ts'
import { nginx } from './nginx.ts'
import { python } from './python.ts'
import type { Workload } from './workload.ts'

export type { Workload } from './workload.ts'

export const workloads: readonly Workload[] = [nginx, python, json]
