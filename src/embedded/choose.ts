// Brings up an Elasticsearch by the first way that works. One that is configured is a wish and has to work; the others
// are tried in order, and where none works the error says why for each, and what would help.
import { SluiceError } from '#errors'
import { startByCompose } from './compose.ts'
import { useConfigured } from './configured.ts'
import { type LocalOptions, startLocalElasticsearch } from './local.ts'
import type { Elasticsearch, Kind, Surroundings } from './server.ts'

export interface StartOptions extends Surroundings {
  /** The ways to try, in this order: `configured`, `compose`, `local` where it is not said. */
  readonly kinds?: readonly Kind[]
  /** What only a local server heeds. */
  readonly local?: Omit<LocalOptions, keyof Surroundings>
}

const ways: Readonly<Record<Kind, (options: StartOptions) => Promise<Elasticsearch>>> = {
  configured: useConfigured,
  compose: startByCompose,
  local: ({ local, ...surroundings }) => startLocalElasticsearch({ ...surroundings, ...local })
}

/**
 * Elasticsearch, ready to be used: the one that ELASTICSEARCH_URL names (with ELASTICSEARCH_API_KEY, or
 * ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD), else by Docker Compose, else a real one on this machine.
 * Throws E_EMBEDDED_UNREACHABLE where the configured one does not answer, E_EMBEDDED_NONE where no way works.
 */
export async function startElasticsearch(options: StartOptions): Promise<Elasticsearch> {
  const reasons: string[] = []
  for (const kind of options.kinds ?? ['configured', 'compose', 'local']) {
    if (kind === 'configured' && !options.env.ELASTICSEARCH_URL) continue
    try {
      return await ways[kind](options)
    } catch (error) {
      if (kind === 'configured' || !(error instanceof SluiceError)) throw error
      reasons.push(error.message)
    }
  }
  throw new SluiceError(
    'E_EMBEDDED_NONE',
    [
      'No Elasticsearch could be brought up.',
      ...reasons.map(reason => `  - ${reason.replaceAll('\n', '\n    ')}`),
      'Do one of these: set ELASTICSEARCH_URL to one that runs; start Docker; install Java 21 or newer, and Maven.'
    ].join('\n'),
    { context: { reasons } }
  )
}
