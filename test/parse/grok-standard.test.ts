// The standard grok patterns take the lines that they were written for. Lines and what is expected of them are those of the
// specs of logstash-patterns-core (Apache-2.0); of the ECS set, types are as it declares them and levels are in lower case. As in
// Elasticsearch, and other than in Logstash, a dot takes no line break, and HAProxy's bytes are source.bytes.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileParser } from '#parse'
import type { Fields } from '#record'

const SETS = { legacy: 'disabled', ecs: 'v1' } as const

function parse(name: string, set: keyof typeof SETS, line: string): Fields | undefined {
  const parser = compileParser({ format: 'grok', pattern: `%{${name}}`, ecsCompatibility: SETS[set], timezone: 'UTC' })
  const fields: Fields = {}
  return parser.parse(line, fields) ? fields : undefined
}

const combined =
  '83.149.9.216 - - [24/Feb/2015:23:13:42 +0000] "GET /presentations/kibana-search.png HTTP/1.1" 200 203023 "http://semicomplete.com/presentations/" "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1)"'
const options =
  '83.149.9.216 - a.user [11/Jan/2020:23:05:27 +0100] "OPTIONS /remote.php/ HTTP/1.1" - 7908 "-" "monitoring-client (v2.2)"'
const errorLog =
  '[Mon Aug 31 09:30:48.958285 2015] [proxy_fcgi:error] [pid 28787:tid 140169587934976] (70008)Partial results are valid but processing is incomplete: [client 58.13.45.166:59307] AH01075: Error dispatching request to : (reading input brigade)'
const haproxy =
  'Dec  9 13:01:26 localhost haproxy[28029]: 127.0.0.1:39759 [09/Dec/2013:12:59:46.633] loadbalancer default/instance8 0/51536/1/48082/99627 200 83285 - - ---- 87/87/87/1/0 0/67 {77.24.148.74} "GET /path/to/image HTTP/1.1"'
const badRequest =
  'Jul 18 17:05:30 localhost haproxy[8247]: 188.223.50.7:51940 [18/Jul/2011:17:05:24.339] http_proxy_ads http_proxy_ads/<NOSRV> -1/-1/-1/-1/6001 408 212 - - cR-- 100/89/0/0/0 0/0 "<BADREQ>"'
const connect =
  'Nov  4 08:32:18 debian10 haproxy[3666]: 127.0.0.1:34500 [04/Nov/2020:08:32:18.194] samplefrontend backendnodes/node1 0/0/0/0/0 405 501 - - ---- 1/1/0/1/0 0/0 "CONNECT localhost:8080 HTTP/1.1"'
const cron = 'May 11 15:17:02 meow.soy.se CRON[10973]: pam_unix(cron:session): session opened for user root by (uid=0)'
const sd = '<34>1 2012-12-19T01:45:54.001234Z rufus - - - [meta sequenceId=10] BOMStack unit 3 Power supply 2 is down'
const frame = '  at com.sample.stacktrace.StackTraceExample.aMethod(StackTraceExample.java:42)'
const tomcat =
  "31-Jul-2020 16:40:38.451 INFO [localhost-startStop-1] org.apache.catalina.core.ApplicationContext.log ContextListener: attributeAdded('StockTicker')"
const catalina =
  'Jul 30, 2020 3:00:21 PM org.apache.coyote.http11.Http11Protocol init\nINFO: Initializing Coyote HTTP/1.1 on http-8080'
const s3 =
  '79a5 mybucket [06/Feb/2014:00:00:38 +0000] 192.0.2.3 79a5 3E57427F3EXAMPLE REST.GET.VERSIONING - "GET /mybucket?versioning HTTP/1.1" 200 - 113 - 7 - "-" "S3Console/0.4" -'
const elb =
  '2014-02-15T23:39:43.945958Z my-test-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.example.com:80/ HTTP/1.1"  "Mozilla/5.0 (Windows NT 6.1)" ECDHE-RSA-AES128-SHA TLSv1.2'
const rails =
  'Started GET "/puppet/postfix/notes?target_id=162" for 127.0.0.1 at 2015-08-05 07:40:22 +0200\nProcessing by Projects::NotesController#index as JSON\n  Parameters: {"target_id"=>"162"}\nCompleted 200 OK in 640ms (Views: 1.7ms | ActiveRecord: 91.0ms)'
const suse =
  'Mar  8 20:16:44 black kernel: [20474.050964] SFW2-INext-ACC-TCP IN=eth0 OUT= MAC=28:45:a7:f3:18:00:00:22:15:67:6a:25:08:00 SRC=192.168.0.101 DST=192.168.0.100 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=6429 DF PROTO=TCP SPT=59282 DPT=631 WINDOW=14600 RES=0x00 SYN URGP=0 OPT (020405B40402080A00825F5D0000000001030307)'
const denied =
  'Deny tcp src outside:192.168.1.1/50240 dst inside:www.example.com/23 by access-group "S_OUTSIDE_TO_INSIDE" [0x54c7fa80, 0x0]'

test.each<[name: string, set: keyof typeof SETS, line: string, expected: Fields]>([
  [
    'COMBINEDAPACHELOG',
    'legacy',
    combined,
    {
      clientip: '83.149.9.216',
      verb: 'GET',
      httpversion: '1.1',
      response: '200',
      bytes: '203023',
      ident: '-',
      auth: '-',
      referrer: '"http://semicomplete.com/presentations/"',
      grok: { agent: '"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1)"' }
    }
  ],
  [
    'COMBINEDAPACHELOG',
    'ecs',
    combined,
    {
      http: {
        request: { method: 'GET', referrer: 'http://semicomplete.com/presentations/' },
        response: { body: { bytes: 203023 }, status_code: 200 },
        version: '1.1'
      },
      source: { address: '83.149.9.216' },
      url: { original: '/presentations/kibana-search.png' },
      user_agent: { original: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1)' }
    }
  ],
  ['HTTPD_COMBINEDLOG', 'legacy', options, { verb: 'OPTIONS', request: '/remote.php/', bytes: '7908' }],
  [
    'HTTPD_COMBINEDLOG',
    'ecs',
    options,
    {
      http: { response: { body: { bytes: 7908 } }, request: { method: 'OPTIONS' } },
      user: { name: 'a.user' },
      user_agent: { original: 'monitoring-client (v2.2)' }
    }
  ],
  [
    'HTTPD_ERRORLOG',
    'legacy',
    errorLog,
    {
      timestamp: 'Mon Aug 31 09:30:48.958285 2015',
      module: 'proxy_fcgi',
      loglevel: 'error',
      pid: '28787',
      tid: '140169587934976',
      proxy_errorcode: '70008',
      clientip: '58.13.45.166',
      clientport: '59307',
      errorcode: 'AH01075'
    }
  ],
  [
    'HTTPD_ERRORLOG',
    'ecs',
    errorLog,
    {
      log: { level: 'error' },
      process: { pid: 28787, thread: { id: 140169587934976 } },
      source: { address: '58.13.45.166', port: 59307 },
      error: { code: 'AH01075' },
      apache: {
        error: {
          module: 'proxy_fcgi',
          proxy: { error: { code: '70008', message: 'Partial results are valid but processing is incomplete' } }
        }
      },
      message: 'Error dispatching request to : (reading input brigade)'
    }
  ],
  [
    'HAPROXYHTTP',
    'legacy',
    haproxy,
    {
      syslog_timestamp: 'Dec  9 13:01:26',
      syslog_server: 'localhost',
      http_request: '/path/to/image',
      http_status_code: '200',
      http_verb: 'GET',
      program: 'haproxy',
      client_ip: '127.0.0.1',
      server_name: 'instance8'
    }
  ],
  [
    'HAPROXYHTTP',
    'ecs',
    haproxy,
    {
      timestamp: 'Dec  9 13:01:26',
      host: { hostname: 'localhost' },
      process: { pid: 28029, name: 'haproxy' },
      source: { port: 39759, address: '127.0.0.1', bytes: 83285 },
      haproxy: {
        frontend_name: 'loadbalancer',
        backend_name: 'default',
        server_name: 'instance8',
        total_waiting_time_ms: 51536,
        connection_wait_time_ms: 1,
        total_time_ms: '99627',

        termination_state: '----',
        connections: { active: 87, frontend: 87, backend: 87, server: 1, retries: 0 },
        backend_queue: 67,
        server_queue: 0,
        http: { request: { time_wait_ms: 0, time_wait_without_data_ms: 48082, captured_headers: '77.24.148.74' } }
      },
      http: { response: { status_code: 200 }, request: { method: 'GET' }, version: '1.1' },
      url: { original: '/path/to/image', path: '/path/to/image' }
    }
  ],
  [
    'HAPROXYHTTP',
    'legacy',
    badRequest,
    { server_name: '<NOSRV>', http_status_code: '408', time_queue: '-1', bytes_read: '212', termination_state: 'cR--' }
  ],
  [
    'HAPROXYHTTP',
    'ecs',
    badRequest,
    {
      haproxy: { backend_name: 'http_proxy_ads', total_time_ms: '6001', termination_state: 'cR--' },
      http: { response: { status_code: 408 } }
    }
  ],
  [
    'HAPROXYHTTP',
    'ecs',
    connect,
    { http: { request: { method: 'CONNECT' } }, url: { port: 8080, original: 'localhost:8080', domain: 'localhost' } }
  ],
  ['SYSLOGLINE', 'legacy', cron, { pid: '10973', program: 'CRON' }],
  ['SYSLOGLINE', 'ecs', cron, { process: { name: 'CRON', pid: 10973 }, host: { hostname: 'meow.soy.se' } }],
  ['SYSLOGBASE', 'ecs', cron, { timestamp: 'May 11 15:17:02', process: { name: 'CRON', pid: 10973 } }],
  ['SYSLOGLINE', 'ecs', "Jan 11 22:33:44 su: 'su root' failed for luser on /dev/pts/8", { process: { name: 'su' } }],
  [
    'SYSLOG5424LINE',
    'legacy',
    sd,
    {
      syslog5424_ts: '2012-12-19T01:45:54.001234Z',
      syslog5424_sd: '[meta sequenceId=10]',
      syslog5424_msg: 'BOMStack unit 3 Power supply 2 is down'
    }
  ],
  [
    'SYSLOG5424LINE',
    'ecs',
    sd,
    {
      timestamp: '2012-12-19T01:45:54.001234Z',
      system: { syslog: { structured_data: '[meta sequenceId=10]' } },
      message: 'BOMStack unit 3 Power supply 2 is down'
    }
  ],
  [
    'JAVASTACKTRACEPART',
    'legacy',
    frame,
    { method: 'aMethod', class: 'com.sample.stacktrace.StackTraceExample', file: 'StackTraceExample.java', line: '42' }
  ],
  [
    'JAVASTACKTRACEPART',
    'ecs',
    frame,
    {
      log: { origin: { function: 'aMethod', file: { name: 'StackTraceExample.java', line: 42 } } },
      java: { log: { origin: { class: { name: 'com.sample.stacktrace.StackTraceExample' } } } }
    }
  ],
  [
    'TOMCATLOG',
    'ecs',
    tomcat,
    {
      timestamp: '31-Jul-2020 16:40:38.451',
      log: { level: 'info', origin: { function: 'log' } },
      java: {
        log: {
          origin: {
            class: { name: 'org.apache.catalina.core.ApplicationContext' },
            thread: { name: 'localhost-startStop-1' }
          }
        }
      },
      message: "ContextListener: attributeAdded('StockTicker')"
    }
  ],
  [
    'TOMCATLOG',
    'legacy',
    '2014-01-09 20:03:28,269 -0800 | ERROR | com.example.service.ExampleService - something happened...',
    {
      timestamp: '2014-01-09 20:03:28,269 -0800',
      level: 'ERROR',
      class: 'com.example.service.ExampleService',
      logmessage: 'something happened...'
    }
  ],
  [
    'CATALINALOG',
    'legacy',
    catalina,
    {
      timestamp: 'Jul 30, 2020 3:00:21 PM',
      class: 'org.apache.coyote.http11.Http11Protocol',
      logmessage: 'init'
    }
  ],
  [
    'CATALINALOG',
    'ecs',
    catalina,
    {
      timestamp: 'Jul 30, 2020 3:00:21 PM',
      log: { level: 'info', origin: { function: 'init' } },
      message: 'Initializing Coyote HTTP/1.1 on http-8080'
    }
  ],
  [
    'S3_ACCESS_LOG',
    'legacy',
    s3,
    {
      owner: '79a5',
      bucket: 'mybucket',
      clientip: '192.0.2.3',
      operation: 'REST.GET.VERSIONING',
      key: '-',
      verb: 'GET',
      request: '/mybucket?versioning',
      response: 200,
      bytes: 113,
      request_time_ms: 7,
      referrer: '"-"'
    }
  ],
  [
    'S3_ACCESS_LOG',
    'ecs',
    s3,
    {
      client: { ip: '192.0.2.3' },
      http: { request: { method: 'GET' }, response: { status_code: 200 }, version: '1.1' },
      url: { original: '/mybucket?versioning' },
      user_agent: { original: 'S3Console/0.4' }
    }
  ],
  [
    'ELB_ACCESS_LOG',
    'legacy',
    elb,
    {
      elb: 'my-test-loadbalancer',
      clientip: '192.168.131.39',
      clientport: 2817,
      backendip: '10.0.0.1',
      request_processing_time: 0.000073,
      response: 200,
      received_bytes: 0,
      bytes: 29,
      verb: 'GET',
      proto: 'http',
      urihost: 'www.example.com:80',
      path: '/'
    }
  ],
  [
    'RAILS3',
    'legacy',
    rails,
    {
      verb: 'GET',
      request: '/puppet/postfix/notes?target_id=162',
      clientip: '127.0.0.1',
      timestamp: '2015-08-05 07:40:22 +0200',
      controller: 'Projects::NotesController',
      action: 'index',
      format: 'JSON',
      params: '"target_id"=>"162"',
      response: '200',
      totalms: '640',
      viewms: '1.7',
      activerecordms: '91.0'
    }
  ],
  [
    'RAILS3',
    'ecs',
    rails,
    { http: { request: { method: 'GET' }, response: { status_code: 200 } }, source: { address: '127.0.0.1' } }
  ],
  [
    'MONGO3_LOG',
    'legacy',
    '2015-02-24T18:17:47.148+0000 F -        [conn11] Got signal: 11 (Segmentation fault).',
    {
      timestamp: '2015-02-24T18:17:47.148+0000',
      severity: 'F',
      component: '-',
      context: 'conn11',
      message: 'Got signal: 11 (Segmentation fault).'
    }
  ],
  [
    'MONGO3_LOG',
    'ecs',
    '2014-11-03T18:28:32.450-0500 I NETWORK [initandlisten] waiting for connections on port 27017',
    { timestamp: '2014-11-03T18:28:32.450-0500', message: 'waiting for connections on port 27017' }
  ],
  [
    'REDISLOG',
    'legacy',
    '[4018] 14 Nov 07:01:22.119 * Background saving terminated with success',
    { pid: '4018', timestamp: '14 Nov 07:01:22.119' }
  ],
  [
    'REDISLOG',
    'ecs',
    '[4018] 14 Nov 07:01:22.119 * Background saving terminated with success',
    { process: { pid: 4018 } }
  ],
  [
    'REDISMONLOG',
    'legacy',
    '1470637925.186681 [0 127.0.0.1:39404] "rpush" "my:special:key" "{\\"data\\":\\"cdr\\"}"',
    {
      timestamp: '1470637925.186681',
      database: '0',
      client: '127.0.0.1',
      port: '39404',
      command: 'rpush',
      params: '"my:special:key" "{\\"data\\":\\"cdr\\"}"'
    }
  ],
  [
    'CISCOFW104001',
    'legacy',
    '(Secondary) Switching to ACTIVE - Service card in other unit has failed',
    { switch_reason: 'Service card in other unit has failed' }
  ],
  [
    'CISCOFW106015',
    'legacy',
    'Deny TCP (no connection) from 192.168.150.65/2278 to 64.101.128.83/80 flags RST on interface inside',
    { interface: 'inside', src_ip: '192.168.150.65', dst_port: '80' }
  ],
  [
    'CISCOFW106100',
    'legacy',
    'access-list outside-entry permitted tcp outside/10.11.12.13(54726) -> inside/192.168.17.18(80) hit-cnt 1 300-second interval [0x32b3835, 0x0]',
    { policy_id: 'outside-entry' }
  ],
  [
    'CISCOFW304001',
    'legacy',
    '10.20.30.40(DOMAIN\\login) Accessed URL 10.11.12.13:http://example.org/',
    { src_ip: '10.20.30.40', src_fwuser: 'DOMAIN\\login', dst_ip: '10.11.12.13', dst_url: 'http://example.org/' }
  ],
  [
    'CISCOFW106023',
    'legacy',
    denied,
    {
      action: 'Deny',
      src_interface: 'outside',
      dst_interface: 'inside',
      protocol: 'tcp',
      src_ip: '192.168.1.1',
      dst_ip: 'www.example.com',
      policy_id: 'S_OUTSIDE_TO_INSIDE'
    }
  ],
  [
    'CISCOFW106015',
    'ecs',
    'Deny TCP (no connection) from 192.168.150.65/2278 to 64.101.128.83/80 flags RST on interface inside',
    { source: { ip: '192.168.150.65', port: 2278 }, destination: { ip: '64.101.128.83', port: 80 } }
  ],
  [
    'SFW2',
    'legacy',
    suse,
    {
      nf_action: 'ACC-TCP',
      nf_in_interface: 'eth0',
      nf_dst_port: '631',
      nf_src_mac: '00:22:15:67:6a:25',
      nf_protocol: 'TCP'
    }
  ],
  [
    'SFW2',
    'ecs',
    suse,
    {
      observer: { hostname: 'black', ingress: { interface: { name: 'eth0' } } },
      source: { mac: '00:22:15:67:6a:25', ip: '192.168.0.101', port: 59282 },
      iptables: { length: 60, id: '6429', ttl: 64, tcp: { window: 14600 } },
      network: { transport: 'TCP' }
    }
  ]
])('%s (%s)', (name, set, line, expected) => {
  expect(parse(name, set, line)).toMatchObject(expected)
})

test.each<[name: string, set: keyof typeof SETS, line: string]>([
  [
    'SFW2',
    'ecs',
    'Jan 15 11:21:13 IKCSWeb kernel: SFW2-IN-ACC-RELATED IN=eth1 OUT= SRC=59.64.166.81 DST=207.194.99.122 LEN=40'
  ],
  ['COMBINEDAPACHELOG', 'ecs', 'no request at all'],
  ['REDISLOG', 'legacy', '14 Nov 07:01:22.119']
])('%s (%s) does not take another line', (name, set, line) => {
  expect(parse(name, set, line)).toBeUndefined()
})

const folder = join(import.meta.dirname, '..', '..', 'data', 'grok')
const names = (set: string) =>
  readdirSync(join(folder, set)).flatMap(file =>
    [...readFileSync(join(folder, set, file), 'utf8').matchAll(/^([A-Z0-9_a-z]+) /gm)].map(([, name = '']) => name)
  )

test.each(['legacy', 'ecs'] as const)('every standard pattern of the %s set is a format of its own', set => {
  for (const name of names(set === 'ecs' ? 'ecs-v1' : 'legacy')) {
    const entry = { format: 'grok', pattern: `%{${name}}`, ecsCompatibility: SETS[set], timezone: 'UTC' } as const
    expect(() => compileParser(entry), name).not.toThrow()
  }
})
