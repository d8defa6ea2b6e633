// Runs a peer until the endpoint has every document, and then tells it to end, which peers never do by themselves.

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runProgram } from '../child.ts'
import type { Endpoint } from '../endpoint-process.ts'
import type { Contestant } from '../job.ts'
import type { Peer } from './peer.ts'

const LOOK_MS = 50
/** A peer that has delivered nothing for so long will not go on. */
const STALLED_MS = 30_000
/** Where Debian puts libraries, below the root. */
const LIBRARIES = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu', 'usr/lib/syslog-ng']

/** A contestant out of a peer. Throws with how to install it where it is not there. */
export function contestantOf(peer: Peer, root: string, endpoint: Endpoint): Contestant {
  if (!existsSync(join(root, peer.program))) throw new Error(howToInstall(peer, root))
  return async job => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
    const env = root === '/' ? {} : { LD_LIBRARY_PATH: LIBRARIES.map(below => join(root, below)).join(':') }
    try {
      const start = peer.configure({ job, root, folder })
      return await runProgram({ ...start, env, until: () => delivered(endpoint, job.input.records) })
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
}

/** Resolves when so many documents are there, or when no more come. */
async function delivered(endpoint: Endpoint, records: number): Promise<void> {
  let last = 0
  let sinceMs = performance.now()
  while (last < records && performance.now() - sinceMs < STALLED_MS) {
    const { documents } = await endpoint.report()
    if (documents > last) sinceMs = performance.now()
    last = documents
    await sleep(LOOK_MS)
  }
}

function howToInstall({ name, program, packages }: Peer, root: string): string {
  const all = packages.join(' ')
  return `${name} is not here: there is no ${join(root, program)}. On Debian either install it:
  apt-get install --no-install-recommends ${all}
or unpack it and what it depends on into a folder, and name that with --peer-root:
  apt-get download $(apt-get install --no-install-recommends -s ${all} | awk '/^Inst/ { print $2 }')
  for package in *.deb; do dpkg -x "$package" root; done`
}
