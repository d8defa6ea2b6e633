// The project's own files, as its repository tests see them: whatever git tracks or would track.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Absolute path of the project. */
export const root = join(import.meta.dirname, '..', '..')

export const read = (file: string): string => readFileSync(join(root, file), 'utf8')

/** Paths from the project's root, with forward slashes, of all files that git tracks or that are new and not ignored. */
export function projectFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root })
  const files = listed.toString().split('\0')
  return files.filter(file => file !== '' && existsSync(join(root, file)))
}

/** What of package.json the tests look at. */
export interface Manifest {
  readonly bin: Readonly<Record<string, string>>
  readonly imports: Readonly<Record<string, { readonly source: string; readonly default: string }>>
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

export const manifest: Manifest = JSON.parse(read('package.json'))
