// Reads the answers of Elasticsearch. That to a bulk request of which all was created is nearly always the same text, and long:
// it is recognised as that text, because to parse it takes longer than to write all of the request's documents.

import type { Serializer } from '@elastic/elasticsearch'

/** The answer to a bulk request whose documents were all created, and none in the failure store. */
export interface AllCreated {
  readonly allCreated: number
  readonly took: number
}

const HEAD = /^\{(?:"errors":false,)?"took":(\d{1,9}),(?:"errors":false,)?"items":\[/
const ITEM = '{"create":{"status":201}},'

/** What parses answers, for a client of Elasticsearch. */
export function answers(Base: typeof Serializer): typeof Serializer {
  const allCreated = createRecognition()
  return class extends Base {
    override deserialize<T>(json: string): T {
      return (allCreated(json) ?? super.deserialize(json)) as T
    }
  }
}

/** Returns what recognises the answer to a request of which all was created; undefined of any other. */
function createRecognition(): (json: string) => AllCreated | undefined {
  /** The items of the answer that was recognised last. */
  let items = ''
  return json => {
    const head = HEAD.exec(json)
    if (head === null) return undefined
    const [{ length }, took] = head
    const count = (json.length - length - 1) / ITEM.length
    if (!Number.isInteger(count) || count < 1) return undefined
    if (items.length !== count * ITEM.length - 1) items = ITEM.repeat(count).slice(0, -1)
    const isSame = json.startsWith(items, length) && json.endsWith('}}]}')
    return isSame ? { allCreated: count, took: Number(took) } : undefined
  }
}
