// logger(1), rsyslog and syslog-ng, as they are, forward to Sluice over each transport and framing that they have.

import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { rsyslog, rsyslogWithTls, syslogNg } from '../programs/syslog.ts'
import { documents, listening } from './listening.ts'

const run = promisify(execFile)
const [rsyslogd, rsyslogdTls, ng] = await Promise.all([rsyslog(), rsyslogWithTls(), syslogNg()])

/** Certificates of an authority, of Sluice and of a sender. */
const certificates = mkdtempSync(join(tmpdir(), 'sluice-syslog-tls-'))
afterAll(() => rmSync(certificates, { recursive: true }))
for (const name of ['authority', 'server', 'sender']) {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`]
  const by = name === 'authority' ? [] : ['-CA', 'authority.pem', '-CAkey', 'authority.key']
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, ...by, '-out', `${name}.pem`], {
    cwd: certificates,
    stdio: 'pipe'
  })
}
const at = (name: string): string => join(certificates, name)
const mutual = { tls: { certFile: at('server.pem'), keyFile: at('server.key'), caFile: at('authority.pem') } }

const MESSAGES = ['결제 실패: order 4711, 99.5% <b>', 'second']

/** What logger(1) and the servers make of both messages. */
const EXPECTED = MESSAGES.map(message => ({
  message,
  log: { level: 'error', syslog: { facility: { name: 'user-level' } } },
  process: { name: 'shop' }
}))

async function log(...to: string[]): Promise<void> {
  for (const message of MESSAGES) await run('logger', [...to, '-p', 'user.err', '-t', 'shop', '--', message])
}

async function expectDocuments(installation: Parameters<typeof documents>[0]): Promise<void> {
  const found = await documents(installation, MESSAGES.length)
  // By its templates of RFC 5424 rsyslog sends a blank of its own before what was logged.
  const all = found.map(({ message, ...rest }) => ({ ...rest, message: String(message).trimStart() }))
  all.sort((one, other) => MESSAGES.indexOf(one.message) - MESSAGES.indexOf(other.message))
  expect(all).toMatchObject(EXPECTED)
  expect(found).toHaveLength(MESSAGES.length)
}

test.each([
  ['UDP, RFC 3164', ['--udp', '--rfc3164']],
  ['UDP, RFC 5424', ['--udp', '--rfc5424']],
  ['TCP, ended by newlines', ['--tcp', '--rfc5424']],
  ['TCP, counted', ['--tcp', '--octet-count', '--rfc5424']]
])('logger(1) over %s', async (_, options) => {
  const { installation, port } = await listening({ type: 'syslog' })
  await log('--server', '127.0.0.1', '--port', String(port), ...options)
  await expectDocuments(installation)
})

const trusted = `
global(defaultNetstreamDriverCAFile="${at('authority.pem')}" defaultNetstreamDriverCertFile="${at('sender.pem')}"
  defaultNetstreamDriverKeyFile="${at('sender.key')}")`
const byTls = 'StreamDriver="gtls" StreamDriverMode="1" StreamDriverAuthMode="x509/certvalid" protocol="tcp"'
const ngTls = `tls(ca-file("${at('authority.pem')}") cert-file("${at('sender.pem')}") key-file("${at('sender.key')}"))`

const forwarded =
  (framing: string, template: string, about = '') =>
  (port: number) =>
    `${about}
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="FOLDER/log" CreatePath="off")
action(type="omfwd" target="127.0.0.1" port="${port}" ${framing} template="RSYSLOG_${template}")
`

const sent = (destination: string) => (port: number) =>
  `
@version: current
source s { unix-dgram("FOLDER/log"); };
destination d { ${destination.replace('PORT', `port(${port})`)} };
log { source(s); destination(d); };
`

test.each([
  ['rsyslog', 'UDP', forwarded('protocol="udp"', 'TraditionalForwardFormat')],
  ['rsyslog', 'TCP, ended by newlines', forwarded('protocol="tcp"', 'ForwardFormat')],
  ['rsyslog', 'TCP, counted', forwarded('protocol="tcp" TCP_Framing="octet-counted"', 'SyslogProtocol23Format')],
  [
    'rsyslog',
    'TLS, with a certificate',
    forwarded(`${byTls} TCP_Framing="octet-counted"`, 'SyslogProtocol23Format', trusted)
  ],
  ['syslog-ng', 'UDP', sent('network("127.0.0.1" PORT transport("udp"));')],
  ['syslog-ng', 'TCP, ended by newlines', sent('network("127.0.0.1" PORT transport("tcp"));')],
  ['syslog-ng', 'TCP, counted', sent('syslog("127.0.0.1" PORT transport("tcp"));')],
  ['syslog-ng', 'TLS, with a certificate', sent(`syslog("127.0.0.1" PORT transport("tls") ${ngTls});`)]
])('%s forwards over %s', async (name, transport, configuration) => {
  const isTls = transport.startsWith('TLS')
  const { installation, port } = await listening({ type: 'syslog', ...(isTls && { ...mutual, protocols: ['tcp'] }) })
  const folder = mkdtempSync(join(tmpdir(), 'sluice-syslog-'))
  const file = join(folder, 'conf')
  writeFileSync(file, configuration(port).replaceAll('FOLDER', folder))
  const inFolder = (end: string) => join(folder, end)
  const [command, args] =
    name === 'rsyslog'
      ? [isTls ? rsyslogdTls : rsyslogd, ['-n', '-f', file, '-i', inFolder('pid')]]
      : [ng, ['-F', '-f', file, '-p', inFolder('pid'), '-R', inFolder('persist'), '-c', inFolder('control')]]
  const server = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  onTestFinished(async () => {
    await end(server)
    rmSync(folder, { recursive: true })
  })
  await expect.poll(() => existsSync(inFolder('log')), { timeout: 20_000 }).toBe(true)
  await log('--socket', inFolder('log'))
  await expectDocuments(installation)
})

async function end(server: ChildProcess): Promise<void> {
  const gone = once(server, 'exit')
  if (server.exitCode === null && server.kill()) await gone
}
