// Programs of Debian: the machine's own, or those of Debian's archive, fetched and unpacked without installing them.
import { execFile } from 'node:child_process'
import { chmodSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { unpack } from './unpack.ts'

const run = promisify(execFile)
const PATIENCE_MS = 180_000

interface Wanted {
  /** Where it may stand: on PATH or, as system folders often are not, beside it. */
  readonly usual: readonly string[]
  /** What it answers with success. */
  readonly asked?: string
  readonly packageName: string
  /** Packages that it needs here beside those that it depends on. */
  readonly also?: readonly string[]
  /** Its path within the package. */
  readonly file: string
  /** Arguments that a program needs which does not stand where it was built for; `$here` is where it stands. */
  readonly moved?: string
  /** How to have it otherwise. */
  readonly advice: string
}

/** What to run. Throws where it is neither installed nor to be had from a Debian archive. */
export async function program({
  usual,
  asked = '--version',
  packageName,
  also = [],
  file,
  moved = '',
  advice
}: Wanted): Promise<string> {
  for (const path of usual) if (await answers(path, asked)) return path
  const names = [packageName, ...also]
  const folder = await unpack(`${names.join('-')}-${release()}-${process.arch}`, async folder => {
    await fetchPackages(names, folder).catch(cause => {
      throw new Error(`there is no ${basename(file)}: ${advice}\n${cause.message}`, { cause })
    })
    const libraries = '"$here"/usr/lib/*-linux-* "$here"/lib/*-linux-* "$here"/usr/lib/syslog-ng'
    const script = `#!/bin/sh\nhere=$(cd "$(dirname "$0")" && pwd)\nfor each in ${libraries}; do LD_LIBRARY_PATH=$LD_LIBRARY_PATH:$each; done\nexport LD_LIBRARY_PATH\nexec "$here/${file}" ${moved} "$@"\n`
    writeFileSync(join(folder, basename(file)), script)
    chmodSync(join(folder, basename(file)), 0o755)
  })
  return join(folder, basename(file))
}

const answers = (path: string, asked: string): Promise<boolean> =>
  run(path, [asked]).then(
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
async function fetchPackages(names: readonly string[], folder: string): Promise<void> {
  const apt = join(folder, 'apt')
  mkdirSync(join(apt, 'lists', 'partial'), { recursive: true })
  mkdirSync(join(apt, 'archives', 'partial'), { recursive: true })
  const options = ['-q', '-o', `Dir::State::lists=${join(apt, 'lists')}`, '-o', `Dir::Cache=${apt}`]
  await run('apt-get', [...options, 'update'], { timeout: PATIENCE_MS })
  // What it needs and this system does not have.
  const { stdout } = await run('apt-get', [...options, '--simulate', '--no-install-recommends', 'install', ...names])
  const packages = [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, each = '']) => each)
  await run('apt-get', [...options, 'download', ...new Set([...names, ...packages])], {
    cwd: folder,
    timeout: PATIENCE_MS
  })
  for (const archive of globSync(join(folder, '*.deb'))) {
    await run('dpkg-deb', ['-x', archive, folder])
    rmSync(archive)
  }
  rmSync(apt, { recursive: true })
}
