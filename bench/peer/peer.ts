// What a peer is: a shipper that Debian packages, and how it is told to do a job. Its installation may also be a folder into
// which its packages were unpacked, because peers refuse each other as installed packages.

import type { Job } from '../job.ts'

export interface Ground {
  readonly job: Job
  /** What is above `usr`: `/`, or the folder that its packages were unpacked into. */
  readonly root: string
  /** A folder of this run alone: its configuration and where it keeps its positions. */
  readonly folder: string
}

/** How it is started. */
export interface Start {
  readonly command: string
  readonly args: readonly string[]
}

export interface Peer {
  readonly name: string
  /** Its program, below the root. */
  readonly program: string
  /** What of Debian has to be installed, without what that depends on. */
  readonly packages: readonly string[]
  /** Writes its configuration and says how it is started. */
  readonly configure: (ground: Ground) => Start
}
