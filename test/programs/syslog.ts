// The two syslog servers that most systems have, which forward what programs log. They cannot be installed beside each other.
import { program } from './debian.ts'

export const rsyslog = (): Promise<string> =>
  program({
    usual: ['rsyslogd', '/usr/sbin/rsyslogd', '/opt/homebrew/sbin/rsyslogd'],
    asked: '-v',
    packageName: 'rsyslog',
    file: 'usr/sbin/rsyslogd',
    moved: '-M "$(echo "$here"/usr/lib/*-linux-*/rsyslog)"',
    advice: 'install it (macOS: brew install rsyslog), or be where a Debian archive can be reached'
  })

/** It finds its part for TLS only where that is unpacked beside it. */
export const rsyslogWithTls = (): Promise<string> =>
  program({
    usual: ['/opt/homebrew/sbin/rsyslogd'],
    asked: '-v',
    packageName: 'rsyslog',
    also: ['rsyslog-gnutls'],
    file: 'usr/sbin/rsyslogd',
    moved: '-M "$(echo "$here"/usr/lib/*-linux-*/rsyslog)"',
    advice: 'be where a Debian archive can be reached (macOS: brew install rsyslog)'
  })

export const syslogNg = (): Promise<string> =>
  program({
    usual: ['syslog-ng', '/usr/sbin/syslog-ng', '/opt/homebrew/sbin/syslog-ng'],
    packageName: 'syslog-ng-core',
    file: 'usr/sbin/syslog-ng',
    moved: '--module-path "$(echo "$here"/usr/lib/syslog-ng/[0-9]*)"',
    advice: 'install it (macOS: brew install syslog-ng), or be where a Debian archive can be reached'
  })
