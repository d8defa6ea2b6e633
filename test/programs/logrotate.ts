// logrotate, which moves or copies logs.
import { program } from './debian.ts'

export const logrotate = (): Promise<string> =>
  program({
    usual: ['logrotate', '/usr/sbin/logrotate', '/opt/homebrew/sbin/logrotate', '/usr/local/sbin/logrotate'],
    packageName: 'logrotate',
    file: 'usr/sbin/logrotate',
    advice: 'install it (Debian: apt install logrotate; macOS: brew install logrotate)'
  })
