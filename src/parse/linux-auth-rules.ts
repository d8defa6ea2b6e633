// The messages that programs of Linux write about authentication, and what each means in ECS's words. Names that a stranger
// sent, as of users who do not exist, reach up to the last place where what follows them can begin.

import { isIP } from 'node:net'
import type { FieldTypes } from '#record'
import type { Header } from './syslog-header.ts'
import { settersOf, type Values } from './values.ts'

export const authTypes = {
  'event.action': 'keyword',
  'event.category': 'keyword',
  'event.kind': 'keyword',
  'event.outcome': 'keyword',
  'event.type': 'keyword',
  'group.id': 'keyword',
  'group.name': 'keyword',
  'process.command_line': 'wildcard',
  'related.hosts': 'keyword',
  'related.ip': 'ip',
  'related.user': 'keyword',
  'source.address': 'keyword',
  'source.ip': 'ip',
  'source.port': 'long',
  'system.auth.session_id': 'keyword',
  'system.auth.ssh.event': 'keyword',
  'system.auth.ssh.method': 'keyword',
  'system.auth.ssh.signature': 'keyword',
  'system.auth.sudo.command': 'keyword',
  'system.auth.sudo.error': 'keyword',
  'system.auth.sudo.pwd': 'keyword',
  'system.auth.sudo.tty': 'keyword',
  'system.auth.sudo.user': 'keyword',
  'system.auth.useradd.home': 'keyword',
  'system.auth.useradd.shell': 'keyword',
  'user.effective.name': 'keyword',
  'user.id': 'keyword',
  'user.name': 'keyword'
} as const satisfies FieldTypes
const set = settersOf(authTypes)

/** What a message means; the named groups of its expression go to the fields below. */
interface Rule {
  readonly of: RegExp
  readonly says: RegExp
  readonly action: string
  readonly category: readonly string[]
  readonly type: readonly string[]
  readonly outcome?: 'success' | 'failure'
}

const GROUPS: readonly (readonly [group: string, field: keyof typeof authTypes])[] = Object.entries({
  command: 'process.command_line',
  effective: 'user.effective.name',
  event: 'system.auth.ssh.event',
  gid: 'group.id',
  group: 'group.name',
  home: 'system.auth.useradd.home',
  method: 'system.auth.ssh.method',
  problem: 'system.auth.sudo.error',
  pwd: 'system.auth.sudo.pwd',
  session: 'system.auth.session_id',
  shell: 'system.auth.useradd.shell',
  signature: 'system.auth.ssh.signature',
  sudo: 'system.auth.sudo.command',
  tty: 'system.auth.sudo.tty',
  uid: 'user.id',
  user: 'user.name'
} satisfies Record<string, keyof typeof authTypes>)

const SSHD = /^sshd(?:-session|-auth)?$/
const LOGIN = { of: SSHD, action: 'ssh_login', type: ['info'] }
const END = { of: SSHD, action: 'ssh_disconnect', category: ['network'], type: ['connection', 'end'] }
const SU = { of: /^su$/, action: 'su', category: ['authentication'], type: ['info'] }
const PAM = { of: /./, category: ['session'] }
const FROM = 'from (?<ip>\\S+) port (?<port>\\d{1,5})'

const RULES: readonly Rule[] = [
  {
    ...LOGIN,
    says: new RegExp(
      `^(?<event>Accepted) (?<method>\\S+) for (?<user>.*) ${FROM}(?: ssh2)?(?:: (?<signature>.*))?$`,
      's'
    ),
    category: ['authentication', 'session'],
    outcome: 'success'
  },
  {
    ...LOGIN,
    says: new RegExp(
      `^(?<event>Failed) (?<method>\\S+) for (?:invalid user )?(?<user>.*) ${FROM}(?: ssh2)?(?:: (?<signature>.*))?$`,
      's'
    ),
    category: ['authentication'],
    outcome: 'failure'
  },
  {
    ...LOGIN,
    says: /^(?<event>Invalid) user (?<user>.*) from (?<ip>\S+?)(?: port (?<port>\d{1,5}))?$/s,
    category: ['authentication'],
    outcome: 'failure'
  },
  {
    ...LOGIN,
    says: new RegExp(
      `^(?:error: )?maximum authentication attempts exceeded for (?:invalid user )?(?<user>.*) ${FROM}`,
      's'
    ),
    category: ['authentication'],
    outcome: 'failure'
  },
  {
    ...LOGIN,
    says: /^User (?<user>.*) from (?<ip>\S+) not allowed because/s,
    category: ['authentication'],
    outcome: 'failure'
  },
  { ...END, says: /^Did not receive identification string from (?<ip>\S+?)(?: port (?<port>\d{1,5}))?$/ },
  { ...END, says: /^(?:error: )?Received disconnect from (?<ip>\S+?)(?: port (?<port>\d{1,5}))?: ?\d+:/ },
  {
    ...END,
    says: /^(?:Disconnected from|Connection (?:closed|reset) by)(?: (?:invalid |authenticating )?user (?<user>.*))? (?<ip>\S+) port (?<port>\d{1,5})(?: \[preauth\])?$/s
  },
  { ...END, says: /^(?:Disconnected from|Connection (?:closed|reset) by) (?<ip>\S+)(?: \[preauth\])?$/ },
  {
    of: SSHD,
    says: /^Connection from (?<ip>\S+) port (?<port>\d{1,5})/,
    action: 'ssh_connect',
    category: ['network'],
    type: ['connection', 'start']
  },
  {
    of: /^sudo$/,
    says: /^\s*(?<user>\S+) : (?<problem>[^=]+?) ; (?:TTY=(?<tty>[^;]*) ; )?PWD=(?<pwd>.*?) ; USER=(?<effective>[^;]*) ; (?:[A-Z]+=[^;]* ; )*COMMAND=(?<sudo>.*)$/s,
    action: 'sudo_command',
    category: ['authentication', 'process'],
    type: ['start', 'denied'],
    outcome: 'failure'
  },
  {
    of: /^sudo$/,
    says: /^\s*(?<user>\S+) : (?:TTY=(?<tty>[^;]*) ; )?PWD=(?<pwd>.*?) ; USER=(?<effective>[^;]*) ; (?:[A-Z]+=[^;]* ; )*COMMAND=(?<sudo>.*)$/s,
    action: 'sudo_command',
    category: ['process'],
    type: ['start'],
    outcome: 'success'
  },
  {
    ...SU,
    says: /^(?:FAILED SU \(to (?<effective>\S+)\) (?<user>\S+) on|FAILED su for \S+ by |- \S+ \S+:)/,
    outcome: 'failure'
  },
  {
    ...SU,
    says: /^\(to (?<effective>\S+)\) (?<user>\S+) on/,
    outcome: 'success'
  },
  {
    ...SU,
    says: /^Successful su for (?<effective>\S+) by (?<user>\S+)/,
    outcome: 'success'
  },
  {
    of: /^(?:CRON|cron|crond|\/usr\/sbin\/cron)$/i,
    says: /^\((?<user>[^)]+)\) CMD \((?<command>.*)\)$/s,
    action: 'cron_command',
    category: ['process'],
    type: ['start']
  },
  {
    ...PAM,
    says: /^(?:pam_\w+\([^)]+\): )?session opened for user (?<effective>\S+?)(?:\(uid=\d+\))? by (?<user>[^\s(]*)(?:\(uid=(?<uid>\d+)\))?$/,
    action: 'session_opened',
    type: ['start'],
    outcome: 'success'
  },
  {
    ...PAM,
    says: /^(?:pam_\w+\([^)]+\): )?session closed for user (?<user>\S+)$/,
    action: 'session_closed',
    type: ['end'],
    outcome: 'success'
  },
  {
    ...PAM,
    says: /authentication failures?; logname=\S* uid=\S* euid=\S* tty=\S* ruser=\S* rhost=(?<ip>\S*)(?:\s+user=(?<user>.*?))?\s*$/s,
    action: 'authentication_failure',
    category: ['authentication'],
    type: ['info'],
    outcome: 'failure'
  },
  {
    of: /^systemd-logind$/,
    says: /^New session (?<session>\S+) of user (?<user>\S+)\.$/,
    action: 'session_opened',
    category: ['session'],
    type: ['start'],
    outcome: 'success'
  },
  {
    of: /^systemd-logind$/,
    says: /^Removed session (?<session>\S+)\.$/,
    action: 'session_closed',
    category: ['session'],
    type: ['end'],
    outcome: 'success'
  },
  {
    of: /^passwd$/,
    says: /^pam_\w+\(passwd:chauthtok\): password changed for (?<user>\S+)$/,
    action: 'changed-password',
    category: ['iam'],
    type: ['user', 'change'],
    outcome: 'success'
  },
  {
    of: /^groupadd$/,
    says: /^(?:new group: name=(?<group>[^,]+), GID=(?<gid>\d+)|group added to )/,
    ...change('added-group-account', 'group', 'creation')
  },
  {
    of: /^groupdel$/,
    says: /^(?:group '(?<group>[^']+)' removed|removed group)/,
    ...change('deleted-group-account', 'group', 'deletion')
  },
  { of: /^groupmod$/, says: /^/, ...change('modified-group-account', 'group', 'change') },
  {
    of: /^useradd$/,
    says: /^new user: name=(?<user>[^,]+), UID=(?<uid>\d+), GID=(?<gid>\d+), home=(?<home>.*), shell=(?<shell>[^,]*)/,
    ...change('added-user-account', 'user', 'creation')
  },
  { of: /^useradd$/, says: /^/, ...change('added-user-account', 'user', 'creation') },
  {
    of: /^userdel$/,
    says: /^(?:delete user '(?<user>[^']+)')?/,
    ...change('deleted-user-account', 'user', 'deletion')
  },
  {
    of: /^usermod$/,
    says: /^(?:(?:add '(?<user>[^']+)' to (?:shadow )?group '(?<group>[^']+)')|change user '[^']+')?/,
    ...change('modified-user-account', 'user', 'change')
  }
]

function change(action: string, what: 'user' | 'group', how: string): Omit<Rule, 'of' | 'says'> {
  return { action, category: ['iam'], type: [what, how], outcome: 'success' }
}

/** What rsyslog writes for messages that came again. */
const REPEATED = /^message repeated \d+ times: \[ (.*)\]$/s

/** Writes what a message means; of one that no rule knows, that it is an event. */
export function writeAuth(values: Values, { tag = '', message, host }: Header): void {
  set['event.kind'](values, 'event')
  if (host !== undefined) set['related.hosts'](values, [host])
  const [, repeated] = REPEATED.exec(message) ?? []
  for (const { of, says, action, category, type, outcome } of RULES) {
    const found = of.test(tag) ? says.exec(repeated ?? message) : null
    if (found === null) continue
    set['event.action'](values, action)
    set['event.category'](values, category)
    set['event.type'](values, type)
    if (outcome !== undefined) set['event.outcome'](values, outcome)
    if (found.groups !== undefined) writeGroups(values, found.groups)
    return
  }
}

function writeGroups(values: Values, groups: Readonly<Record<string, string | undefined>>): void {
  const { ip, port, effective, sudo } = groups
  // A session that the system opened, and no user, is its own user's.
  const isOwn = groups.user === '' && effective !== undefined
  const user = isOwn ? effective : groups.user
  for (const [name, field] of GROUPS) {
    const text = name === 'user' ? user : groups[name]
    const isOpener = isOwn && (name === 'effective' || name === 'uid')
    if (text !== undefined && text !== '' && !isOpener) set[field](values, text)
  }
  if (ip !== undefined && ip !== '') {
    set['source.address'](values, ip)
    if (isIP(ip) !== 0 && !ip.includes('%')) {
      set['source.ip'](values, ip)
      set['related.ip'](values, [ip])
    }
  }
  if (port !== undefined && Number(port) < 65_536) set['source.port'](values, Number(port))
  if (sudo !== undefined) {
    set['process.command_line'](values, sudo)
    if (effective !== undefined) set['system.auth.sudo.user'](values, effective)
  }
  const users = [...new Set([user, effective])].filter(name => name !== undefined && name !== '') as string[]
  if (users.length > 0) set['related.user'](values, users)
}
