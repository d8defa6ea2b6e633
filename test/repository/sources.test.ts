// What every file of the project keeps to, where no linter looks.
import { describe, expect, test } from 'vitest'
import { projectFiles, read } from './files.ts'

const files = projectFiles().filter(file => !read(file).includes('\0'))
const isSample = (file: string): boolean => file.includes('/fixtures/') || file.endsWith('.log')

/** `file:line: text` of every line that `pattern` matches. */
function findings(pattern: RegExp, within: readonly string[]): string[] {
  return within.flatMap(file =>
    read(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 120)}`] : []))
  )
}

describe('the files', () => {
  test('of code open by saying in one to four lines what they are for', () => {
    const code = files.filter(
      file => /^(src|test|scripts|bench|bin|deploy)\/.*\.[cm]?[jt]s$/.test(file) && !isSample(file)
    )
    expect(code.filter(file => !/^(#!.*\n)?(\/\/ \S.*\n){1,4}(?!\/\/)/.test(read(file)))).toEqual([])
  })

  test('name no folder of the machine they were written on', () => {
    const own = files.filter(file => !isSample(file))
    expect(findings(/(?<![\w.$~])(\/(home|Users)\/[\w.-]+|\/root\/|[A-Z]:\\Users\\)/, own)).toEqual([])
  })

  test('name no host of a package registry, so that a mirror serves as well', () => {
    const npm = /registry\.(npmjs|yarnpkg)\.|npm\.pkg\.github/
    const others = /(repo1?|central)\.(maven|sonatype)\.|(docker|artifacts)\.elastic\.|(pythonhosted|pypi)\.org/
    expect(findings(new RegExp(`${npm.source}|${others.source}`), files)).toEqual([])
  })
})
