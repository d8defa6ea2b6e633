// Makes one file of each room, because a start would look for, open and compile each of its modules. The file is the room's
// face, `dist/<room>/index.js`, and knows the others by their names, as the sources do.

import { globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'

/** Commands are loaded one by one, and the guard of a server is a program beside its room's face. */
const LEFT = new Set(['cli', 'embedded'])

export async function bundleRooms(dist: string): Promise<void> {
  const rooms = readdirSync(dist, { withFileTypes: true }).filter(entry => entry.isDirectory() && !LEFT.has(entry.name))
  for (const { name } of rooms) {
    const folder = join(dist, name)
    refuseWanderers(folder)
    const bundle = await rolldown({ input: join(folder, 'index.js'), external: /^[^./]/, platform: 'node' })
    const [face, ...others] = (await bundle.generate({ format: 'esm' })).output
    if (others.length > 0) throw new Error(`${folder} does not fit into one file`)
    rmSync(folder, { recursive: true })
    mkdirSync(folder)
    writeFileSync(join(folder, 'index.js'), withoutGetters(face.code))
  }
}

/** To import from node:crypto asks it for all that it exports, and loads Web Crypto, which nobody here uses. */
function withoutGetters(code: string): string {
  return code.replace(
    /^import \{ ([^}]*) \} from "(node:crypto)";$/gm,
    (_, names: string, name: string) =>
      `const { ${names.replaceAll(' as ', ': ')} } = process.getBuiltinModule("${name}");`
  )
}

/** @throws where a module looks for something beside itself, and would not be where its room's face is */
function refuseWanderers(folder: string): void {
  for (const file of globSync('*/**/*.js', { cwd: folder })) {
    const looks = /\bimport\.meta\.(?:dirname|filename)\b/.test(readFileSync(join(folder, file), 'utf8'))
    if (looks)
      throw new Error(`${join(folder, file)} looks beside itself: have a file beside the room's index.ts do so`)
  }
}
