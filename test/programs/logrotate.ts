// logrotate: the machine's own, or Debian's package, fetched and unpacked without installing it.
import { execFile } from 'node:child_process'
import { chmodSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { unpack } from './unpack.ts'

const run = promisify(execFile)
const PATIENCE_MS = 180_000
/** On PATH or, as system folders often are not, beside it. */
const USUAL = ['logrotate', '/usr/sbin/logrotate', '/opt/homebrew/sbin/logrotate', '/usr/local/sbin/logrotate']
/** libpopt0 is the one library it needs that not every system has. */
const PACKAGES = ['logrotate', 'libpopt0']

/** What to run as logrotate. Throws where it is neither installed nor to be had from a Debian archive. */
export async function logrotate(): Promise<string> {
  for (const path of USUAL) if (await answers(path)) return path
  const folder = await unpack(`logrotate-${release()}-${process.arch}`, fetchPackages)
  return join(folder, 'logrotate')
}

const answers = (path: string): Promise<boolean> =>
  run(path, ['--version']).then(
    () => true,
    () => false
  )

/** The distribution, such as `debian-12`, whose archive has one version of each package. */
function release(): string {
  const system = process.platform === 'linux' ? readFileSync('/etc/os-release', 'utf8') : ''
  const said = (key: string) => new RegExp(`^${key}="?([^"\\n]+)`, 'm').exec(system)?.[1] ?? 'unknown'
  return `${said('ID')}-${said('VERSION_ID')}`
}

/** Asks the archive with package lists of its own, because a container often has none. */
async function fetchPackages(folder: string): Promise<void> {
  const apt = join(folder, 'apt')
  mkdirSync(join(apt, 'lists', 'partial'), { recursive: true })
  const options = ['-q', '-o', `Dir::State::lists=${join(apt, 'lists')}`, '-o', `Dir::Cache=${apt}`]
  try {
    await run('apt-get', [...options, 'update'], { timeout: PATIENCE_MS })
    await run('apt-get', [...options, 'download', ...PACKAGES], { cwd: folder, timeout: PATIENCE_MS })
    for (const archive of globSync(join(folder, '*.deb'))) await run('dpkg-deb', ['-x', archive, folder])
  } catch (cause) {
    const advice = 'install it (Debian: apt install logrotate; macOS: brew install logrotate)'
    throw new Error(`there is no logrotate: ${advice}\n${(cause as Error).message}`, { cause })
  }
  rmSync(apt, { recursive: true })
  const script =
    '#!/bin/sh\nhere=$(dirname "$0")\nexport LD_LIBRARY_PATH=$(echo "$here"/usr/lib/*-linux-*)\nexec "$here/usr/sbin/logrotate" "$@"\n'
  writeFileSync(join(folder, 'logrotate'), script)
  chmodSync(join(folder, 'logrotate'), 0o755)
}
