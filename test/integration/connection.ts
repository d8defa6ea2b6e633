// How a server is reached, once as settings of an installation and once as a client of the test's own.

import { Client } from '@elastic/elasticsearch'
import type { Elasticsearch } from '#embedded'

type Server = Pick<Elasticsearch, 'url' | 'auth'>

/** The settings `elasticsearch` of sluice.json. */
export const settingsFor = ({ url, auth }: Server): object => ({ nodes: [url], ...auth })

export const clientFor = ({ url, auth }: Server): Client => new Client({ node: url, ...(auth && { auth }) })
