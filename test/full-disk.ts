// A disk that is full and has room again, for one process and by the means of the system: no file can grow beyond a size,
// as setrlimit(2) has it for RLIMIT_FSIZE.

import { execFileSync } from 'node:child_process'

/** Files that this process writes can be so long from now on. */
export function limitFiles(pid: number, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`])
}
