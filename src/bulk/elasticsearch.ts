// The client's package, which is loaded when a client is made: that takes as long as the rest of a start, and most commands
// speak to no cluster.

import { createRequire } from 'node:module'

/** The package that is published brings no more of it along. */
type Elasticsearch = Pick<
  typeof import('@elastic/elasticsearch'),
  'Client' | 'ClusterConnectionPool' | 'Serializer' | 'UndiciConnection' | 'errors'
>

let loaded: Elasticsearch | undefined

export function elasticsearch(): Elasticsearch {
  loaded ??= createRequire(import.meta.url)('@elastic/elasticsearch') as Elasticsearch
  return loaded
}
