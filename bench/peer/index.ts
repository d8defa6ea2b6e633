// All peers by name.

import type { Peer } from './peer.ts'
import { rsyslog } from './rsyslog.ts'
import { syslogNg } from './syslog-ng.ts'

export type { Peer } from './peer.ts'

export const peers: readonly Peer[] = [rsyslog, syslogNg]
