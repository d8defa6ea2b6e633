// Placeholders that stand for nothing, and mistakes in values that came from secrets.

import { describe } from 'vitest'
import { inKey, inSettings, placeholders, type Row, streamPart, testProblems } from './problems.ts'

const secrets: readonly Row[] = [
  {
    name: 'a variable that is not set, where it stands in the text',
    ...inSettings(
      '{ "elasticsearch": { "nodes": ["http://\\u0061${ES_HOTS}:9200"] } }',
      '1:46: the environment variable ES_HOTS is not set; did you mean "ES_HOST"?'
    ),
    env: { ES_HOST: 'a' }
  },
  {
    name: 'a variable that is empty',
    ...inSettings('{ "stateDir": "${DIR}" }', '1:16: the environment variable DIR is empty; allowed: a value'),
    env: { DIR: '' }
  },
  {
    name: 'a secret file that is not there',
    ...inSettings(
      '{ "elasticsearch": { "apiKey": "${file:key}" } }',
      '1:33: the secret file cannot be used: no such file; looked for key'
    )
  },
  {
    name: 'a placeholder that names nothing',
    ...inSettings('{ "stateDir": "${my-dir}" }', `1:16: \${my-dir} names no secret; allowed: ${placeholders}`)
  },
  {
    name: 'a placeholder that is not closed',
    ...inSettings('{ "stateDir": "${DIR" }', `1:16: \${DIR is not closed; allowed: ${placeholders}`)
  },
  {
    name: 'a wrong value from a secret, without showing it',
    ...inSettings(
      '{ "drainMs": "${TIME}", "elasticsearch": { "nodes": ["${NODE}"] } }',
      '1:14: drainMs is "${TIME}"; allowed: a whole number from 0 to 3600000 milliseconds',
      '1:54: the address is "${NODE}"; allowed: http://host:port or https://host:port'
    ),
    env: { TIME: 'hunter2', NODE: 'gopher://hunter2' }
  },
  {
    name: 'a wrong namespace from a secret, without showing it',
    ...inKey(
      'destination',
      '{ "dataset": "web", "namespace": "${ENV}" }',
      `49: destination.namespace is "\${ENV}"; allowed: ${streamPart}`
    ),
    env: { ENV: 'a-b' }
  }
]

describe('of secrets that cannot be filled in it says', () => testProblems(secrets))
