// Whether everything that was configured has begun: all pipelines have taken up their files, and the cluster has answered
// each of them once. What comes later is a matter of health.

import type { Vitals } from './vitals.ts'

export interface Readiness {
  readonly status: 'ready' | 'starting'
  /** What is waited for, a sentence for each pipeline and thing. */
  readonly waitingFor: readonly string[]
}

export function readinessOf({ pipelines }: Pick<Vitals, 'pipelines'>): Readiness {
  const waitingFor = pipelines.flatMap(({ name, index, counts: { isStarted, preparing } }) => [
    ...(isStarted ? [] : [`${name} to take up its files`]),
    ...(preparing === undefined ? [] : [`Elasticsearch to answer for ${index}`])
  ])
  return { status: waitingFor.length === 0 ? 'ready' : 'starting', waitingFor }
}
