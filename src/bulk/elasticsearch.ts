// The client's package, which is loaded when a client is made: that takes as long as the rest of a start, and most commands
// speak to no cluster.

import { createRequire } from 'node:module'

type Elasticsearch = typeof import('@elastic/elasticsearch')

let loaded: Elasticsearch | undefined

export function elasticsearch(): Elasticsearch {
  loaded ??= createRequire(import.meta.url)('@elastic/elasticsearch') as Elasticsearch
  return loaded
}
