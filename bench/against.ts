// The shipper of another commit as a contestant: built in a folder of its own, with the packages that are installed here.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Entry } from './contest.ts'
import { shipper } from './shipper.ts'

const ROOT = join(import.meta.dirname, '..')

export interface Other {
  readonly entry: Entry
  /** Takes its folder away. */
  remove(): void
}

/** @throws where there is no such commit, or it does not build with these packages */
export function otherCommit(commit: string): Other {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-commit-'))
  const git = (...args: string[]): void => void execFileSync('git', args, { cwd: ROOT, stdio: 'pipe' })
  git('worktree', 'add', '--force', '--detach', folder, commit)
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  execFileSync(process.execPath, [join(folder, 'scripts/build.ts')], { cwd: folder, stdio: 'inherit' })
  const command = [join(folder, 'bin/node.cjs'), join(folder, 'dist/cli/main.js')]
  return {
    entry: { ...shipper(command), name: commit },
    remove() {
      rmSync(folder, { recursive: true })
      git('worktree', 'prune')
    }
  }
}
