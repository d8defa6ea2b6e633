// syslog-ng: its file source joins lines, its parsers for Apache's format, for separated values and for JSON parse, its HTTP
// destination posts bulk requests.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Job } from '../job.ts'
import type { Ground, Peer, Start } from './peer.ts'

const APACHE = 'usr/share/syslog-ng/include/scl/apache/apache.conf'
const MODULES = 'usr/lib/syslog-ng/3.38'
const LEVELS = { 10: 'trace', 20: 'debug', 40: 'warn', 50: 'error', 60: 'fatal' }

/** How one format is parsed and written. */
interface Format {
  /** Options of the source beyond the file. */
  readonly source: string
  readonly parsers: string
  /** What `$(format-json)` is told. */
  readonly document: readonly string[]
}

export const syslogNg: Peer = {
  name: 'syslog-ng',
  program: 'usr/sbin/syslog-ng',
  packages: ['syslog-ng-core', 'syslog-ng-scl', 'syslog-ng-mod-http'],
  configure
}

function configure({ job, root, folder }: Ground): Start {
  const format = FORMATS[job.workload.name]
  if (format === undefined) throw new Error(`syslog-ng was not told about ${job.workload.name}`)
  writeFileSync(join(folder, 'syslog-ng.conf'), configuration(format, job, root))
  const files = ['-f', 'syslog-ng.conf', '-R', 'persist', '-p', 'pid', '-c', 'control']
  const args = files.map(word => (word.startsWith('-') ? word : join(folder, word)))
  return {
    command: join(root, syslogNg.program),
    args: ['-F', '--no-caps', `--module-path=${join(root, MODULES)}`, ...args]
  }
}

function configuration({ source, parsers, document }: Format, { url, input, workload }: Job, root: string): string {
  const { dataset } = workload.pipeline.destination
  const common = ['log.file.path=${FILE_NAME}', `event.dataset=${dataset}`, 'ecs.version=8.17.0']
  const fields = [...document, ...common].join(' ')
  return `
@version: 3.38
@include "${join(root, APACHE)}"
options { stats-freq(0); log-msg-size(65536); frac-digits(3); };
source records { file("${input.path}" follow-freq(1) flags(no-parse) log-fetch-limit(1000) log-iw-size(20000) ${source}); };
parser fields { ${parsers} };
destination bulk { http(
  url("${url}/logs-${dataset}-default/_bulk") method("POST") headers("Content-Type: application/x-ndjson")
  workers(1) batch-lines(2000) batch-bytes(4194304) batch-timeout(1000) timeout(30) log-fifo-size(50000)
  body-suffix("\\n") body('{"create":{}}\n$(format-json --scope none --omit-empty-values ${fields})')
); };
log { source(records); parser(fields); destination(bulk); flags(flow-control); };
`
}

const level = Object.entries(LEVELS).reduceRight(
  (otherwise, [number, name]) => `$(if ("\${.json.level}" eq "${number}") "${name}" ${otherwise})`,
  '"info"'
)

const FORMATS: Readonly<Record<string, Format>> = {
  nginx: {
    source: '',
    parsers: 'apache-accesslog-parser(prefix(".nginx."));',
    document: [
      '@timestamp=${ISODATE}',
      'source.address=${.nginx.clientip}',
      'user.name=${.nginx.auth}',
      'http.request.method=${.nginx.verb}',
      'http.request.referrer=${.nginx.referrer}',
      'http.version=${.nginx.httpversion}',
      'http.response.status_code=int64(${.nginx.response})',
      'http.response.body.bytes=int64(${.nginx.bytes})',
      'url.original=${.nginx.request}',
      'user_agent.original=${.nginx.agent}'
    ]
  },
  python: {
    source: 'multi-line-mode(regexp) multi-line-prefix("^[0-9][0-9][0-9][0-9]-") multi-line-timeout(2)',
    parsers: `
  csv-parser(columns("time", "logger", "level", "message") prefix(".python.") dialect(escape-none)
    delimiters(chars("") strings(" - ")) flags(greedy));
  date-parser(format("%Y-%m-%d %H:%M:%S,%f") template("\${.python.time}") time-zone("Asia/Seoul"));`,
    document: [
      '@timestamp=${ISODATE}',
      'log.level=$(lowercase ${.python.level})',
      'log.logger=${.python.logger}',
      'message=${.python.message}'
    ]
  },
  json: {
    source: '',
    parsers: 'json-parser(prefix(".json."));',
    document: [
      '@timestamp=int64(${.json.time})',
      `log.level=${level}`,
      'log.logger=${.json.name}',
      'message=${.json.msg}',
      'process.pid=int64(${.json.pid})',
      'host.hostname=${.json.hostname}',
      'error.type=${.json.err.type}',
      'error.message=${.json.err.message}',
      'error.stack_trace=${.json.err.stack}',
      'error.code=${.json.err.code}',
      '--key .json.req* --key .json.res* --key .json.orderId --key .json.total --key .json.tags* --key .json.cached',
      '--key .json.queue --key .json.waiting --rekey .json.* --shift 6'
    ]
  }
}
