// Elasticsearch refuses to run as root. This finds a way down: a user namespace in which root is somebody, else another
// user id that keeps the right to read and write root's files, as the home folder may be below /root.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { SluiceError } from '#errors'

const run = promisify(execFile)
const NOBODY = 64_000

const namespace = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--']
// Without no_setuid_fixup access(2), by which Java asks whether it may read a jar, does not count the capability.
const otherUser = [
  ...['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'],
  ...['--securebits=+no_setuid_fixup', '--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--']
]

/**
 * What to put before a command so that it runs, and reads this user's files, without being root; nothing where this
 * process is not root. Throws E_EMBEDDED_START where no way down is allowed.
 */
export async function unprivileged(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  if (process.getuid?.() !== 0) return []
  for (const [command = '', ...args] of [namespace, otherUser]) {
    const works = await run(command, [...args, 'true'], { env }).then(
      () => true,
      () => false
    )
    if (works) return [command, ...args]
  }
  throw new SluiceError(
    'E_EMBEDDED_START',
    'Elasticsearch refuses to run as root, and neither `unshare --user` nor `setpriv` (package util-linux) works here. Run as another user.'
  )
}
