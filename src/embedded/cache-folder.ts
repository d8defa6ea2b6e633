// Where downloads are kept for all projects of a user: the platform's usual place.
// Source: XDG Base Directory Specification 0.8; Apple's File System Programming Guide; Windows' known folders.
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Sluice's own folder below the user's cache folder; it may not exist yet. */
export function cacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  return join(userCache(env, platform), 'sluice')
}

function userCache(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (env.XDG_CACHE_HOME) return env.XDG_CACHE_HOME
  const home = env.HOME ?? homedir()
  if (platform === 'darwin') return join(home, 'Library', 'Caches')
  if (platform === 'win32') return env.LOCALAPPDATA ?? join(home, 'AppData', 'Local')
  return join(home, '.cache')
}
