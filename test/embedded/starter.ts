// Another process that starts something, tells of it in one line, and then stays until it is killed.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Runs `expression` with the exports of `file` of src/embedded as `room`; resolves to the process and its answer. */
export async function startElsewhere(file: string, expression: string): Promise<[ChildProcess, unknown]> {
  const module = pathToFileURL(join(import.meta.dirname, '../../src/embedded', file)).href
  const program = `
    import * as room from ${JSON.stringify(module)}
    console.log(JSON.stringify(await ${expression}))
    setInterval(() => {}, 60_000)`
  const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning', '--input-type=module']
  const starter = spawn(process.execPath, [...flags, '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(starter.stdout, 'data')
  return [starter, JSON.parse(String(line))]
}
