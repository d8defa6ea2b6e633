// Packets that the system dropped because they came faster than they were read, as Linux counts them for each socket; other
// systems tell nobody.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const TABLES = ['/proc/self/net/udp', '/proc/self/net/udp6']
/** Columns of a table, as proc(5) has them. */
const LOCAL = 1
const INODE = 9
const DROPS = 12

/** Returns what tells how many more were dropped since it was last asked. */
export function createDrops(port: number): () => number {
  const own = ownSockets()
  const inode = rows().find(row => own.has(row[INODE] ?? '') && portOf(row) === port)?.[INODE]
  let told = 0
  return () => {
    if (inode === undefined) return 0
    const all = Number(rows().find(row => row[INODE] === inode)?.[DROPS] ?? told)
    const more = all - told
    told = all
    return more
  }
}

const portOf = (row: readonly string[]): number => Number.parseInt(row[LOCAL]?.split(':').at(-1) ?? '', 16)

const rows = (): string[][] => TABLES.flatMap(table => linesOf(table).map(line => line.trim().split(/\s+/)))

function linesOf(table: string): string[] {
  try {
    return readFileSync(table, 'latin1').split('\n').slice(1)
  } catch {
    return []
  }
}

/** Inodes of this process's sockets. */
function ownSockets(): Set<string> {
  const found = new Set<string>()
  try {
    for (const name of readdirSync('/proc/self/fd')) {
      const inode = /^socket:\[(\d+)\]$/.exec(targetOf(`/proc/self/fd/${name}`))?.[1]
      if (inode !== undefined) found.add(inode)
    }
  } catch {
    // There is no such folder elsewhere.
  }
  return found
}

/** Nothing for a descriptor that was closed meanwhile. */
function targetOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
