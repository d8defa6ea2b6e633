// Writes `dist/`, what the published package runs: the sources without types, each room as one file, and the files that lie
// beside them. Nothing of an earlier build is left in it.
import { spawnSync } from 'node:child_process'
import { cpSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { bundlePackages } from './bundle-packages.ts'
import { bundleRooms } from './bundle-rooms.ts'

const root = join(import.meta.dirname, '..')
const source = join(root, 'src')
const dist = join(root, 'dist')
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

rmSync(dist, { recursive: true, force: true })
const { status } = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit'
})
if (status === 0) {
  const isAsset = (path: string): boolean => statSync(path).isDirectory() || !path.endsWith('.ts')
  cpSync(source, dist, { recursive: true, filter: isAsset })
  await bundleRooms(dist)
  await bundlePackages(root, dist)
} else {
  process.exitCode = status ?? 1
}
