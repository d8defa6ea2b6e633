// What a workload is: the pipeline that a person would write for it, and the records of its log.

import type { Random } from '../random.ts'

export interface Workload {
  readonly name: string
  /** The pipeline without its name and source, as it is written in JSON. */
  readonly pipeline: Readonly<Record<string, unknown>> & { readonly destination: { readonly dataset: string } }
  /** Returns what gives the next record: one line, or several that belong together, without the last newline. */
  records(random: Random): () => string
}
