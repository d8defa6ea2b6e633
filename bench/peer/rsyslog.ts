// rsyslog: imfile reads and joins, mmnormalize or mmjsonparse parses, omelasticsearch posts.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Job } from '../job.ts'
import type { Ground, Peer, Start } from './peer.ts'

const MODULES = 'usr/lib/x86_64-linux-gnu/rsyslog'
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const LEVELS = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' }

/** How one format is parsed and written. */
interface Format {
  readonly module: string
  /** Options of the input beyond the file. */
  readonly input: string
  /** The rules of mmnormalize. */
  readonly rules: string
  /** Statements of the rule set before the last. */
  readonly statements: string
  /** The template `doc`. */
  readonly template: string
}

export const rsyslog: Peer = {
  name: 'rsyslog',
  program: 'usr/sbin/rsyslogd',
  packages: ['rsyslog', 'rsyslog-elasticsearch'],
  configure
}

function configure({ job, root, folder }: Ground): Start {
  const format = FORMATS[job.workload.name]
  if (format === undefined) throw new Error(`rsyslog was not told about ${job.workload.name}`)
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write('rules.rb', `version=2\n${format.rules}`)
  write('months.json', lookupTable(MONTHS.map((month, at) => [month, String(at + 1).padStart(2, '0')])))
  write('levels.json', lookupTable(Object.entries(LEVELS)))
  write('rsyslog.conf', configuration(format, job, folder))
  const args = ['-n', '-M', join(root, MODULES), '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'pid')]
  return { command: join(root, rsyslog.program), args }
}

function configuration(
  { module, input, statements, template }: Format,
  { url, input: log, workload }: Job,
  folder: string
) {
  const { hostname, port } = new URL(url)
  const index = `logs-${workload.pipeline.destination.dataset}-default`
  return `
global(workDirectory="${folder}" maxMessageSize="64k")
main_queue(queue.type="FixedArray" queue.size="50000" queue.dequeueBatchSize="2000" queue.workerThreads="1")
module(load="imfile" mode="inotify")
module(load="${module}")
module(load="omelasticsearch")
lookup_table(name="months" file="${folder}/months.json")
lookup_table(name="levels" file="${folder}/levels.json")
${template}
ruleset(name="ship") {
${statements.replaceAll('FOLDER', folder)}
  action(type="omelasticsearch" server="${hostname}" serverport="${port}" searchIndex="${index}" searchType=""
    bulkmode="on" maxbytes="4m" template="doc" action.resumeRetryCount="-1")
}
input(type="imfile" file="${log.path}" tag="bench:" ruleset="ship" addMetadata="on" persistStateInterval="10000" ${input})
`
}

const lookupTable = (rows: readonly (readonly [string, string])[]): string =>
  JSON.stringify({ version: 1, type: 'string', table: rows.map(([index, value]) => ({ index, value })) })

const NORMALIZE = '  action(type="mmnormalize" ruleBase="FOLDER/rules.rb")'

/** A template that writes these variables as JSON. */
function listTemplate(
  dataset: string,
  texts: Readonly<Record<string, string>>,
  numbers: Readonly<Record<string, string>> = {}
) {
  const place = { 'log.file.path': 'metadata!filename' }
  const property = (name: string, variable: string, more: string) =>
    `  property(outname="${name}" name="$!${variable}" format="jsonf" onEmpty="skip"${more})`
  return [
    'template(name="doc" type="list" option.jsonf="on") {',
    ...Object.entries({ ...texts, ...place }).map(([name, variable]) => property(name, variable, '')),
    ...Object.entries({ ...numbers, 'log.offset': 'metadata!fileoffset' }).map(([name, variable]) =>
      property(name, variable, ' dataType="number"')
    ),
    `  constant(outname="event.dataset" value="${dataset}" format="jsonf")`,
    '  constant(outname="ecs.version" value="8.17.0" format="jsonf")',
    '}'
  ].join('\n')
}

const NGINX_BEFORE =
  'rule=:%address:word% - %user:word% [%day:char-to:/%/%month:char-to:/%/%year:char-to::%:%time:word% %zone:char-to:]%]'
const NGINX_AFTER = '%status:word% %bytes:word% "%referrer:char-to:"%" "%agent:char-to:"%"'

const FORMATS: Readonly<Record<string, Format>> = {
  nginx: {
    module: 'mmnormalize',
    input: '',
    rules: [
      `${NGINX_BEFORE} "%method:word% %target:word% HTTP/%version:char-to:"%" ${NGINX_AFTER}`,
      `${NGINX_BEFORE} "%target:char-to:"%" ${NGINX_AFTER}`,
      ''
    ].join('\n'),
    statements: [
      NORMALIZE,
      '  set $!ts = $!year & "-" & lookup("months", $!month) & "-" & $!day & "T" & $!time & $!zone;'
    ].join('\n'),
    template: listTemplate(
      'nginx.access',
      {
        '@timestamp': 'ts',
        'source.address': 'address',
        'user.name': 'user',
        'http.request.method': 'method',
        'http.request.referrer': 'referrer',
        'http.version': 'version',
        'url.original': 'target',
        'user_agent.original': 'agent'
      },
      { 'http.response.status_code': 'status', 'http.response.body.bytes': 'bytes' }
    )
  },
  python: {
    module: 'mmnormalize',
    input: 'startmsg.regex="^[0-9]{4}-" escapeLF="off" readTimeout="1"',
    rules: 'rule=:%date:word% %time:char-to:,%,%ms:word% - %logger:word% - %level:word% - %message:rest%\n',
    statements: [
      NORMALIZE,
      '  set $!ts = $!date & "T" & $!time & "." & $!ms & "+09:00";',
      '  set $!lower = tolower($!level);'
    ].join('\n'),
    template: listTemplate('python', {
      '@timestamp': 'ts',
      'log.level': 'lower',
      'log.logger': 'logger',
      message: 'message'
    })
  },
  json: {
    module: 'mmjsonparse',
    input: '',
    rules: '',
    statements: `  action(type="mmjsonparse" cookie="")
  set $!@timestamp = $!time;
  set $!log!level = lookup("levels", $!level);
  set $!log!logger = $!name;
  set $!message = $!msg;
  set $!process!pid = $!pid;
  set $!host!hostname = $!hostname;
  set $!event!dataset = "json";
  set $!ecs!version = "8.17.0";
  if $!err!type != "" then {
    set $!error!type = $!err!type;
    set $!error!message = $!err!message;
    set $!error!stack_trace = $!err!stack;
    set $!error!code = $!err!code;
    unset $!err;
  }
  unset $!time; unset $!level; unset $!name; unset $!msg; unset $!pid; unset $!hostname;`,
    template: 'template(name="doc" type="string" string="%$!all-json%")'
  }
}
