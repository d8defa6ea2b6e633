// What a person can do about what stands in the way.

const FOR_STATUS: Readonly<Record<number, string>> = {
  200: 'check elasticsearch.nodes: another service answers there',
  401: 'check elasticsearch.username and password, or apiKey: Elasticsearch does not know them',
  403: 'give the user or API key the privileges auto_configure and create_doc on the index',
  429: 'it alone may be above indexing_pressure.memory.limit or a circuit breaker: give Elasticsearch more memory, or cut lines shorter with frame.maxLineBytes; until then its file waits, others do not',
  404: 'create the index or ingest pipeline that is named, or correct destination'
}

const REDIRECTED =
  'write the address that it points to into elasticsearch.nodes, or mend the gateway: nothing is sent where a redirect points'

/** For an answer of Elasticsearch with this HTTP status, where something is known. */
export function adviceFor(status: number | undefined): string | undefined {
  if (status === undefined) return undefined
  return status >= 300 && status < 400 ? REDIRECTED : FOR_STATUS[status]
}

/** What Elasticsearch says of a state that a person can end, and what ends it. */
const FOR_REASON: readonly (readonly [RegExp, string])[] = [
  [
    /flood-stage watermark/,
    'free disk space on the data nodes of Elasticsearch, or add some: it takes documents again by itself then'
  ],
  [/\bread-only\b|FORBIDDEN\/\d+\/index write/, 'take the block off the index, or roll its data stream over']
]
const UNREACHED =
  'check that Elasticsearch can be reached and is not overloaded; nothing is lost, files wait on their disk'

/** For what is waited for, by what was heard of it. */
export function adviceForWait(reason: string): string {
  return FOR_REASON.find(([pattern]) => pattern.test(reason))?.[1] ?? UNREACHED
}

const FOR_FILE: Readonly<Record<string, string>> = {
  EACCES: 'let the user that Sluice runs as read the file and pass through its folders, for instance by their group',
  EPERM: 'let the user that Sluice runs as read the file and pass through its folders, for instance by their group',
  EMFILE: 'raise the limit of open files of the process (ulimit -n, or LimitNOFILE of systemd)',
  ENFILE: 'raise the limit of open files of the system (sysctl fs.file-max)',
  EIO: 'check the disk that the file is on',
  ESTALE: 'check the network file system that the file is on'
}

/** For a file that cannot be read, where something is known; `code` is that of the system's error. */
export function adviceForFile(code: string): string | undefined {
  return FOR_FILE[code]
}
