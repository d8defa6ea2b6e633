// Files that are no JSON, or not quite: where it breaks off and what should have stood there.

import { describe } from 'vitest'
import { pipeline } from './folder.ts'
import { inPipeline, inSettings, type Row, settingsKeys, testProblems } from './problems.ts'

const syntax: readonly Row[] = [
  {
    name: 'an empty file',
    ...inSettings(' \n', '1:1: is empty; allowed: an object in { }')
  },
  {
    name: 'a file that holds only a comment',
    ...inSettings('// later', '1:9: is not JSON: found the end of the file; allowed: an object in { }')
  },
  {
    name: 'YAML',
    ...inPipeline('name: web\nsource:\n', '1:1: is not JSON: found name; allowed: an object in { }')
  },
  {
    name: 'a list instead of an object',
    ...inSettings('[1]', `1:1: the file is a list; allowed: an object with ${settingsKeys}`)
  },
  {
    name: 'nothing instead of an object',
    ...inSettings('null', `1:1: the file is null; allowed: an object with ${settingsKeys}`)
  },
  {
    name: 'a comma that is missing',
    ...inSettings(
      '{\n  "stateDir": "a"\n  "drainMs": 1\n}',
      '3:3: found "drainMs"; allowed: a comma, or the end of the object or list'
    )
  },
  {
    name: 'a colon that is missing',
    ...inSettings('{ "stateDir" "a" }', '1:14: found text; allowed: a colon')
  },
  {
    name: 'a value that is missing',
    ...inSettings('{ "stateDir": }', '1:15: found }; allowed: a value')
  },
  {
    name: 'two commas',
    ...inSettings('{ "drainMs": 1,, "stateDir": "a" }', '1:16: found ,; allowed: a key in double quotes')
  },
  {
    name: 'single quotes',
    ...inSettings(
      "{ 'stateDir': 'a' }",
      "1:3: found 'stateDir'; allowed: text in double quotes, a number, true, false, null, { or ["
    )
  },
  {
    name: 'a text without its closing quote',
    ...inSettings('{ "stateDir": "a }\n', '1:15: found text; allowed: a closing double quote on the same line')
  },
  {
    name: 'a backslash that escapes nothing',
    ...inSettings(
      '{ "stateDir": "C:\\logs" }',
      '1:18: found \\l; allowed: the escapes \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX; a plain backslash is written \\\\'
    )
  },
  {
    name: 'a tab within text',
    ...inSettings(
      '{ "stateDir": "a\tb" }',
      '1:17: found U+0009; allowed: control characters as escapes, such as \\t for a tab'
    )
  },
  {
    name: 'a word without quotes, without showing it',
    ...inSettings(
      '{ "elasticsearch": { "password": changeme } }',
      '1:34: found a word without quotes; allowed: text in double quotes, a number, true, false, null, { or ['
    )
  },
  {
    name: 'a brace that is never closed',
    ...inSettings('{ "log": {"level": "info"}', '1:27: found the end of the file; allowed: a comma or }')
  },
  {
    name: 'something behind the object',
    ...inSettings('{}\n{}', '2:1: found {; allowed: the end of the file')
  },
  {
    name: 'a comment that is never closed',
    ...inSettings('{ /* no end', '1:3: found a comment; allowed: a comment closed by */')
  },
  {
    name: 'a key given twice, at any depth',
    ...inSettings(
      '{ "drainMs": 1, "log": {"level": "info",\n "level": "warn"}, "drainMs": 2 }',
      '2:2: "level" is given twice, first at 1:25; allowed: once',
      '2:20: "drainMs" is given twice, first at 1:3; allowed: once'
    )
  },
  {
    name: 'text in another encoding than UTF-8',
    files: { 'sluice.json': Buffer.from('{ "stateDir": "caf\u00e9" }', 'latin1'), 'pipelines/web.json': pipeline() },
    problems: ['sluice.json:1:1: is not text in UTF-8']
  }
]

describe('of what is not JSON it says', () => testProblems(syntax))
