// What becomes of the messages of auth.log and secure.

import { describe, expect, test } from 'vitest'
import { compileParser } from '#parse'
import type { Fields } from '#record'

const parser = compileParser({ format: 'linux-auth', timezone: 'UTC' })

/** The event of a message of one program, flat. */
function parse(program: string, message: string): Record<string, unknown> {
  const fields: Fields = {}
  const reading = { path: 'auth.log', readMs: Date.parse('2026-11-21T00:00:00Z'), modifiedMs: undefined }
  expect(parser.parse(`Nov 20 23:11:52 web1 ${program}: ${message}`, fields, reading)).toBe(true)
  expect(fields).toMatchObject({ '@timestamp': '2026-11-20T23:11:52.000Z', message, event: { kind: 'event' } })
  return flat(fields)
}

function flat(fields: Fields, prefix = ''): Record<string, unknown> {
  return Object.assign(
    {},
    ...Object.entries(fields).map(([name, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? flat(value as Fields, `${prefix}${name}.`)
        : { [prefix + name]: value }
    )
  )
}

const accepted = {
  'event.action': 'ssh_login',
  'event.category': ['authentication', 'session'],
  'event.outcome': 'success',
  'event.type': ['info'],
  'system.auth.ssh.event': 'Accepted'
}
const failed = { 'event.action': 'ssh_login', 'event.category': ['authentication'], 'event.outcome': 'failure' }

const messages: [program: string, message: string, expected: Record<string, unknown>][] = [
  [
    'sshd[3402]',
    'Accepted publickey for kim from 10.0.2.2 port 63673 ssh2: ED25519 SHA256:o2hX',
    {
      ...accepted,
      'process.name': 'sshd',
      'process.pid': 3402,
      'host.hostname': 'web1',
      'user.name': 'kim',
      'source.ip': '10.0.2.2',
      'source.address': '10.0.2.2',
      'source.port': 63673,
      'system.auth.ssh.method': 'publickey',
      'system.auth.ssh.signature': 'ED25519 SHA256:o2hX',
      'related.user': ['kim'],
      'related.ip': ['10.0.2.2'],
      'related.hosts': ['web1']
    }
  ],
  [
    'sshd-session[9]',
    'Accepted password for kim from 2001:db8::1 port 5 ssh2',
    { ...accepted, 'source.ip': '2001:db8::1' }
  ],
  [
    'sshd[1]',
    'Failed password for invalid user a from 1.1.1.1 port 1 ssh2 from 192.0.2.9 port 22 ssh2',
    { ...failed, 'user.name': 'a from 1.1.1.1 port 1 ssh2', 'source.ip': '192.0.2.9' }
  ],
  ['sshd[1]', 'Failed none for root from host.example port 22', { ...failed, 'source.address': 'host.example' }],
  ['sshd[1]', 'Invalid user test from 10.0.2.2', { ...failed, 'user.name': 'test', 'source.ip': '10.0.2.2' }],
  ['sshd[1]', 'Invalid user  from 10.0.2.2 port 4', { ...failed, 'source.port': 4 }],
  [
    'sshd[1]',
    'error: maximum authentication attempts exceeded for root from 10.0.2.2 port 4 ssh2 [preauth]',
    { ...failed, 'user.name': 'root' }
  ],
  [
    'sshd[1]',
    'User root from 10.0.2.2 not allowed because not listed in AllowUsers',
    { ...failed, 'user.name': 'root' }
  ],
  [
    'sshd[1]',
    'Did not receive identification string from 10.0.2.2',
    { 'event.action': 'ssh_disconnect', 'source.ip': '10.0.2.2' }
  ],
  [
    'sshd[1]',
    'Received disconnect from 10.0.2.2 port 4:11: Bye Bye [preauth]',
    { 'source.ip': '10.0.2.2', 'source.port': 4 }
  ],
  ['sshd[1]', 'Received disconnect from 10.0.2.2: 11: disconnected by user', { 'source.ip': '10.0.2.2' }],
  [
    'sshd[1]',
    'Connection closed by authenticating user root 10.0.2.2 port 4 [preauth]',
    { 'user.name': 'root', 'source.port': 4 }
  ],
  [
    'sshd[1]',
    'Disconnected from user kim 10.0.2.2 port 4',
    { 'user.name': 'kim', 'event.type': ['connection', 'end'] }
  ],
  ['sshd[1]', 'Connection from 10.0.2.2 port 4 on 10.0.0.1 port 22', { 'event.type': ['connection', 'start'] }],
  [
    'sudo',
    '     kim : TTY=pts/0 ; PWD=/srv/kim ; USER=root ; COMMAND=/bin/cat /var/log/secure ; id',
    {
      'event.action': 'sudo_command',
      'event.outcome': 'success',
      'user.name': 'kim',
      'user.effective.name': 'root',
      'system.auth.sudo.tty': 'pts/0',
      'system.auth.sudo.pwd': '/srv/kim',
      'system.auth.sudo.user': 'root',
      'system.auth.sudo.command': '/bin/cat /var/log/secure ; id',
      'process.command_line': '/bin/cat /var/log/secure ; id',
      'related.user': ['kim', 'root']
    }
  ],
  [
    'sudo',
    'kim : user NOT in sudoers ; TTY=pts/1 ; PWD=/srv/kim ; USER=root ; COMMAND=/bin/ls',
    { 'event.outcome': 'failure', 'system.auth.sudo.error': 'user NOT in sudoers', 'user.name': 'kim' }
  ],
  [
    'su[7]',
    '(to root) kim on pts/0',
    { 'event.outcome': 'success', 'user.name': 'kim', 'user.effective.name': 'root' }
  ],
  ['su[7]', 'FAILED SU (to root) kim on pts/0', { 'event.outcome': 'failure', 'user.effective.name': 'root' }],
  [
    'CRON[7]',
    '(root) CMD (run-parts /etc/cron.hourly)',
    { 'user.name': 'root', 'process.command_line': 'run-parts /etc/cron.hourly' }
  ],
  [
    'sudo',
    'pam_unix(sudo:session): session opened for user root(uid=0) by kim(uid=1000)',
    { 'event.action': 'session_opened', 'user.name': 'kim', 'user.id': '1000', 'user.effective.name': 'root' }
  ],
  [
    'sshd[1]',
    'pam_unix(sshd:session): session opened for user kim by (uid=0)',
    { 'user.name': 'kim', 'related.user': ['kim'] }
  ],
  [
    'sshd[1]',
    'pam_unix(sshd:session): session closed for user kim',
    { 'event.action': 'session_closed', 'user.name': 'kim' }
  ],
  [
    'sshd[1]',
    'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=10.0.2.2  user=root',
    { 'event.outcome': 'failure', 'source.ip': '10.0.2.2', 'user.name': 'root' }
  ],
  [
    'sshd[1]',
    'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=10.0.2.2 ',
    { 'event.outcome': 'failure', 'source.ip': '10.0.2.2' }
  ],
  [
    'sshd(pam_unix)[1]',
    'authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=10.0.2.2  user=root',
    { 'event.outcome': 'failure', 'source.ip': '10.0.2.2', 'user.name': 'root' }
  ],
  [
    'su(pam_unix)[1]',
    'session opened for user news by (uid=0)',
    { 'event.action': 'session_opened', 'user.name': 'news' }
  ],
  [
    'sshd[1]',
    'message repeated 5 times: [ Failed password for root from 10.0.2.2 port 4 ssh2]',
    { 'event.outcome': 'failure', 'user.name': 'root', 'source.ip': '10.0.2.2', 'source.port': 4 }
  ],
  ['sshd[1]', 'Connection closed by 10.0.2.2 [preauth]', { 'event.action': 'ssh_disconnect', 'source.ip': '10.0.2.2' }],
  [
    'sshd[1]',
    'error: Received disconnect from 10.0.2.2: 14: No more user authentication methods available. [preauth]',
    { 'event.action': 'ssh_disconnect', 'source.ip': '10.0.2.2' }
  ],
  ['systemd-logind[8]', 'New session 12 of user kim.', { 'system.auth.session_id': '12', 'user.name': 'kim' }],
  [
    'passwd[8]',
    'pam_unix(passwd:chauthtok): password changed for kim',
    { 'event.category': ['iam'], 'user.name': 'kim' }
  ],
  [
    'groupadd[6991]',
    'new group: name=apache, GID=48',
    { 'event.category': ['iam'], 'event.type': ['group', 'creation'], 'group.name': 'apache', 'group.id': '48' }
  ],
  [
    'useradd[6995]',
    'new user: name=apache, UID=48, GID=48, home=/usr/share/httpd, shell=/sbin/nologin, from=none',
    {
      'event.type': ['user', 'creation'],
      'event.outcome': 'success',
      'user.name': 'apache',
      'user.id': '48',
      'group.id': '48',
      'system.auth.useradd.home': '/usr/share/httpd',
      'system.auth.useradd.shell': '/sbin/nologin'
    }
  ],
  ['userdel[7]', "delete user 'apache'", { 'event.type': ['user', 'deletion'], 'user.name': 'apache' }],
  ['usermod[7]', "add 'kim' to group 'sudo'", { 'event.type': ['user', 'change'], 'group.name': 'sudo' }]
]

describe('a message tells who did what, and whether it was let', () => {
  test.each(messages)('%s: %s', (program, message, expected) => {
    expect(parse(program, message)).toMatchObject(expected)
  })
})

test('what another program says in the words of sshd is no login', () => {
  expect(parse('app', 'Accepted password for root from 10.0.2.2 port 4 ssh2')).not.toHaveProperty(['event.action'])
})

test('a line that is no syslog message is not taken', () => {
  expect(parser.parse('Accepted password', {})).toBe(false)
  expect(parser.mismatch('Accepted password')).toMatchObject({ column: 0 })
})

test('a blank that rsyslog puts before a message in the form of RFC 5424 is none of it', () => {
  const fields: Fields = {}
  const line =
    '<86>1 2026-11-20T23:11:27+09:00 web1 sshd 12477 - -  Accepted password for kim from 192.0.2.1 port 22 ssh2'
  expect(parser.parse(line, fields)).toBe(true)
  expect(fields).toMatchObject({
    message: 'Accepted password for kim from 192.0.2.1 port 22 ssh2',
    event: { outcome: 'success' },
    user: { name: 'kim' },
    source: { ip: '192.0.2.1', port: 22 }
  })
})
