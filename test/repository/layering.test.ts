// Holds the walls between the rooms of src: the linter's rule must know them all, and every import must resolve to a real
// file or to an installed package inside them. The table below is the architecture.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { manifest, projectFiles, read, root } from './files.ts'
import { importsOf } from './imports.ts'

const nouns = ['record', 'errors']
const leaves = ['pattern', 'time', 'wire']
const onTheWay = ['source', 'frame', 'parse', 'enrich', 'batch', 'bulk', 'ack', 'state']
const around = ['kibana', 'alert', 'telemetry', 'web', 'embedded']
const rooms = [...leaves, ...onTheWay, ...around, 'config', 'pipeline', 'cli']

/** What each room may import of ours; the nouns themselves import nothing. */
const allowed: Record<string, string[]> = {
  ...Object.fromEntries(nouns.map(noun => [noun, []])),
  ...Object.fromEntries(leaves.map(leaf => [leaf, nouns])),
  ...Object.fromEntries([...onTheWay, ...around].map(room => [room, [...nouns, ...leaves]])),
  config: [...nouns, ...leaves, 'source', 'frame', 'parse', 'enrich', 'batch', 'bulk', 'kibana', 'telemetry'],
  pipeline: [...nouns, ...leaves, ...onTheWay, ...around, 'config'],
  cli: [...nouns, ...leaves, ...onTheWay, ...around, 'config', 'pipeline']
}

/** `src/frame/newline.ts` and `src/frame/index.ts` are `frame`; `src/record.ts` is `record`. */
const roomOf = (file: string): string => file.split('/')[1]?.replace(/\.ts$/, '') ?? ''

/** Where `#name` leads in the sources, by the rules of package.json "imports". */
function target(name: string): string | undefined {
  const source = manifest.imports[name]?.source ?? manifest.imports['#*']?.source.replace('*', name.slice(1))
  return source?.slice('./'.length)
}

/** Why `file` must not import `specifier`, or undefined where it may. */
function fault(file: string, specifier: string): string | undefined {
  const room = roomOf(file)
  if (/^\.\.?(\/|$)/.test(specifier)) {
    const path = relative(root, resolve(root, dirname(file), specifier)).replaceAll(sep, '/')
    if (!existsSync(join(root, path))) return 'is no file'
    return path.startsWith(`src/${room}/`) ? undefined : 'leaves the room'
  }
  if (specifier.startsWith('#')) {
    const path = target(specifier)
    if (path === undefined || !existsSync(join(root, path))) return 'is no room'
    return allowed[room]?.includes(specifier.slice(1)) ? undefined : 'is not for this room'
  }
  if (isBuiltin(specifier)) return specifier.startsWith('node:') ? undefined : 'is built in: say node:'
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  if (manifest.dependencies[name] === undefined) return 'is not among the dependencies'
  return existsSync(join(root, 'node_modules', name, 'package.json')) ? undefined : 'is not installed'
}

const sources = projectFiles().filter(file => /^src\/.*\.[cm]?[jt]sx?$/.test(file))

describe('the sources', () => {
  test('live in rooms that the architecture knows', () => {
    const unknown = sources.filter(file => allowed[roomOf(file)] === undefined)
    expect(unknown).toEqual([])
  })

  test('import only what their room may see, and only what is there', () => {
    const faults = sources.flatMap(file =>
      importsOf(read(file), file).flatMap(specifier => {
        const reason = fault(file, specifier)
        return reason === undefined ? [] : [`${file}: ${specifier} ${reason}`]
      })
    )
    expect(faults).toEqual([])
  })

  test('name every room by its public face', () => {
    const faceless = rooms.filter(room => {
      const folder = join(root, 'src', room)
      return (
        room !== 'cli' && existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(join(folder, 'index.ts'))
      )
    })
    expect(faceless).toEqual([])
  })
})

describe('the search for imports', () => {
  test.each([
    ["import 'a'", ['a']],
    ['import x, { type Y } from "a"; export { z } from \'b\'', ['a', 'b']],
    ["import type { X } from '#a'\nexport type * from '#b'\nexport * as c from '#c'", ['#a', '#b', '#c']],
    ["const x = await import('./a.ts'); const y = () => import(`./b.ts`)", ['./a.ts', './b.ts']],
    ["let x: import('#a').X; let y: typeof import('#b')", ['#a', '#b']],
    [
      "import x = require('a'); const y = require('b'); require.resolve('c'); import.meta.resolve('d')",
      ['a', 'b', 'c', 'd']
    ],
    ["import { x } from // from 'z'\n  './a.ts' /* from 'y' */", ['./a.ts']],
    ['import data from "./a.json" with { type: "json" }', ['./a.json']],
    [
      "// import 'a'\n/* import 'b' */ const c = \"import 'c'\"; const d = `${x} import 'd'`; const e = /import 'e'/",
      []
    ],
    ["import\n'./../enrich/index.ts';import'../'", ['./../enrich/index.ts', '../']],
    ["import '\\u0023enrich'", ['#enrich']],
    ["declare module '#a' {}\nexport { x }\nconst imports = { from: 'b' }", []]
  ])('reads %s', (source, expected) => {
    expect(importsOf(source)).toEqual(expected)
  })

  test('refuses a specifier that is computed', () => {
    expect(() => importsOf('await import(`#$' + '{room}`)')).toThrow('a computed import')
  })
})

describe('the walls', () => {
  test.each([
    ['src/frame/newline.ts', './index.ts'],
    ['src/frame/newline.ts', '#record'],
    ['src/frame/newline.ts', 'node:fs'],
    ['src/frame/newline.ts', 'picomatch'],
    ['src/config/index.ts', '#bulk']
  ])('let %s import %s', (file, specifier) => {
    expect(fault(file, specifier)).toBeUndefined()
  })

  test.each([
    ['src/frame/newline.ts', '#bulk', 'is not for this room'],
    ['src/record.ts', '#errors', 'is not for this room'],
    ['src/frame/newline.ts', './../bulk/index.ts', 'leaves the room'],
    ['src/frame/newline.ts', './x/../../bulk/index.ts', 'leaves the room'],
    ['src/source/file/a.ts', '../../record.ts', 'leaves the room'],
    ['src/frame/newline.ts', '../../test/reporter.ts', 'leaves the room'],
    ['src/frame/newline.ts', './nowhere.ts', 'is no file'],
    ['src/pipeline/index.ts', '#nowhere', 'is no room'],
    ['src/pipeline/index.ts', '#frame/newline', 'is no room'],
    ['src/pipeline/index.ts', '#cli', 'is no room'],
    ['src/frame/newline.ts', 'fs', 'is built in: say node:'],
    ['src/frame/newline.ts', 'vitest', 'is not among the dependencies'],
    ['src/frame/newline.ts', 'nowhere/x', 'is not among the dependencies']
  ])('do not let %s import %s, which %s', (file, specifier, reason) => {
    expect(fault(file, specifier)).toBe(reason)
  })
})

interface Diagnostic {
  readonly location: { readonly path: string; readonly range: { readonly start: { readonly line: number } } }
  readonly code: { readonly value: string }
}

/** Lints files in a copy of the project that holds nothing else; answers `file:line rule`, sorted. */
function lint(files: Record<string, string>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-walls-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  cpSync(join(root, 'biome.json'), join(folder, 'biome.json'))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  const only = ['style/noRestrictedImports', 'suspicious/noImportCycles'].map(rule => `--only=${rule}`)
  const options = ['lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=rdjson', ...only, folder]
  const { stdout } = spawnSync(process.execPath, [biome, ...options], { cwd: folder, maxBuffer: 2 ** 26 })
  const { diagnostics } = JSON.parse(stdout.toString()) as { diagnostics: Diagnostic[] }
  return diagnostics
    .map(
      ({ location, code }) =>
        `${relative(folder, resolve(folder, location.path))}:${location.range.start.line} ${code.value}`
    )
    .sort()
}

describe('the linter', () => {
  const everything = [...nouns, ...rooms]
  const depths = { 'planted.ts': '..', 'folder/planted.ts': '../..' }

  test('draws the same walls as this table between any two rooms', () => {
    const files: Record<string, string> = {}
    const expected: string[] = []
    for (const room of rooms) {
      for (const [name, up] of Object.entries(depths)) {
        const file = `src/${room}/${name}`
        const lines = everything.flatMap(other => {
          const path = nouns.includes(other) ? `${other}.ts` : `${other}/index.ts`
          return [`#${other}`, `${up}/${path}`, `./${up}/${path}`, `./x/../${up}/${path}`]
        })
        files[file] = lines.map(specifier => `import '${specifier}'\n`).join('')
        lines.forEach((specifier, index) => {
          const isAllowed = specifier.startsWith('#') && allowed[room]?.includes(specifier.slice(1))
          if (!isAllowed) expected.push(`${file}:${index + 1} lint/style/noRestrictedImports`)
        })
      }
    }
    expect(lint(files)).toEqual(expected.sort())
  })

  test('lets a room see its own files and packages, and nothing of ours in a subfolder of a room', () => {
    const text =
      "import './a.ts'\nimport '../b.ts'\nimport 'pino'\nimport 'node:fs'\nimport '#record/x'\nimport '#source/file'\n"
    const rule = 'lint/style/noRestrictedImports'
    const file = 'src/source/file/planted.ts'
    expect(lint({ [file]: text })).toEqual([`${file}:5 ${rule}`, `${file}:6 ${rule}`])
  })

  test('keeps the nouns free of imports and finds a cycle inside a room', () => {
    const found = lint({
      'src/record.ts': "import './errors.ts'\n",
      'src/errors.ts': 'export const x = 1\n',
      'src/frame/a.ts': "import { b } from './b.ts'\nexport const a = () => b\n",
      'src/frame/b.ts': "import { a } from './a.ts'\nexport const b = () => a\n"
    })
    expect(found).toEqual([
      'src/frame/a.ts:1 lint/suspicious/noImportCycles',
      'src/frame/b.ts:1 lint/suspicious/noImportCycles',
      'src/record.ts:1 lint/style/noRestrictedImports'
    ])
  })
})
