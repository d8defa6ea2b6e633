// Keys and values that the schemas refuse, by position and in words.

import { describe } from 'vitest'
import {
  elasticsearchKeys,
  formats,
  inKey,
  inPipeline,
  inSettings,
  keysOfFormat,
  processors,
  type Row,
  settingsKeys,
  sources,
  testProblems
} from './problems.ts'

const keysAndValues: readonly Row[] = [
  {
    name: 'a key with a slip in it',
    ...inSettings(
      '{ "budgetByte": 1 }',
      `1:3: unknown key "budgetByte"; allowed: ${settingsKeys}; did you mean "budgetBytes"?`
    )
  },
  {
    name: 'a key written in another case',
    ...inSettings(
      '{ "state_dir": "a" }',
      `1:3: unknown key "state_dir"; allowed: ${settingsKeys}; did you mean "stateDir"?`
    )
  },
  {
    name: 'a key that belongs elsewhere',
    ...inSettings(
      '{ "nodes": [] }',
      `1:3: unknown key "nodes"; allowed: ${settingsKeys}; did you mean "elasticsearch.nodes"?`
    )
  },
  {
    name: 'a key that resembles none',
    ...inSettings(
      '{ "elasticsearch": {\n  "shards": 1 } }',
      `2:3: unknown key "shards" in elasticsearch; allowed: ${elasticsearchKeys}`
    )
  },
  {
    name: 'a key that is missing',
    ...inPipeline(
      '{ "name": "web", "source": {\n"type": "file" } }',
      '1:1: "destination" is missing; allowed: an object with "dataset", "namespace"',
      '1:28: "paths" is missing in source; allowed: a non-empty list of non-empty text'
    )
  },
  {
    name: 'a value of another type',
    ...inSettings('{ "stateDir": null }', '1:15: stateDir is null; allowed: non-empty text')
  },
  {
    name: 'a number as text',
    ...inSettings(
      '{ "drainMs": "30s" }',
      '1:14: drainMs is "30s"; allowed: a whole number from 0 to 3600000 milliseconds'
    )
  },
  {
    name: 'a number that is too small, with its unit',
    ...inSettings(
      '{ "budgetBytes": 64 }',
      '1:18: budgetBytes is 64; allowed: a whole number from 1048576 to 17179869184 bytes'
    )
  },
  {
    name: 'a number with a fraction',
    ...inSettings(
      '{ "elasticsearch": { "bulk": { "maxInFlight": 2.5 } } }',
      '1:47: elasticsearch.bulk.maxInFlight is 2.5; allowed: a whole number from 1 to 64'
    )
  },
  {
    name: 'fewer threads than none',
    ...inSettings('{ "workers": -1 }', '1:14: workers is -1; allowed: a whole number from 0 to 64')
  },
  {
    name: 'a word for a number of threads',
    ...inSettings('{ "workers": "auto" }', '1:14: workers is "auto"; allowed: a whole number from 0 to 64')
  },
  {
    name: 'a word that is not among those allowed',
    ...inSettings(
      '{ "log": { "level": "warning" } }',
      '1:21: log.level is "warning"; allowed: "trace", "debug", "info", "warn", "error", "fatal", "silent"; did you mean "warn"?'
    )
  },
  {
    name: 'a list without anything in it',
    ...inKey(
      'source',
      '{ "type": "file", "paths": [] }',
      '38: source.paths is an empty list; allowed: a non-empty list of non-empty text'
    )
  },
  {
    name: 'an item of another type',
    ...inKey('source', '{ "type": "file", "paths": ["a", 7] }', '44: source.paths[1] is 7; allowed: non-empty text')
  },
  {
    name: 'a source that does not exist',
    ...inKey(
      'source',
      '{ "type": "fil", "paths": ["a"] }',
      `21: source.type is "fil"; allowed: ${sources}; did you mean "file"?`
    )
  },
  {
    name: 'a format that does not exist',
    ...inKey(
      'parse',
      '[{ "format": "ngnix" }]',
      `23: parse[0].format is "ngnix"; allowed: ${formats}; did you mean "nginx"?`
    )
  },
  {
    name: 'an entry of parse without a format',
    ...inKey('parse', '[{ "pattern": "$status" }]', `11: "format" is missing in parse[0]; allowed: ${formats}`)
  },
  {
    name: 'a key that a format does not know',
    ...inKey(
      'parse',
      '[{ "format": "nginx", "patern": "$status" }]',
      `32: unknown key "patern" in parse[0]; allowed: ${keysOfFormat('nginx')}; did you mean "pattern"?`
    )
  },
  {
    name: 'a processor that does not exist',
    ...inKey(
      'enrich',
      '[{ "sett": {} }]',
      `14: unknown key "sett" in enrich[0]; allowed: ${processors}; did you mean "set"?`
    )
  },
  {
    name: 'a condition beside its processor',
    ...inKey('enrich', '[{ "drop": {}, "if": "true" }]', `26: unknown key "if" in enrich[0]; allowed: ${processors}`)
  },
  {
    name: 'two processors in one entry',
    ...inKey(
      'enrich',
      '[{ "drop": {}, "set": { "field": "a", "value": 1 } }]',
      `12: enrich[0] has "drop", "set"; allowed: an object with one of ${processors}`
    )
  },
  {
    name: 'an entry of enrich without a processor',
    ...inKey('enrich', '[{}]', `12: enrich[0] has no key; allowed: an object with one of ${processors}`)
  },
  {
    name: 'a processor for failures that does not exist',
    ...inKey(
      'enrich',
      '[{ "drop": { "on_failure": [{ "sett": {} }] } }]',
      `41: unknown key "sett" in enrich[0].drop.on_failure[0]; allowed: ${processors}; did you mean "set"?`
    )
  },
  {
    name: 'no processor for failures',
    ...inKey(
      'enrich',
      '[{ "drop": { "on_failure": [] } }]',
      '38: enrich[0].drop.on_failure is an empty list; allowed: a non-empty list of objects'
    )
  },
  {
    name: 'a type that nothing converts to',
    ...inKey(
      'enrich',
      '[{ "convert": { "field": "a", "type": "int" } }]',
      '49: enrich[0].convert.type is "int"; allowed: "integer", "long", "float", "double", "string", "boolean", "ip", "auto"'
    )
  },
  {
    name: 'an option that a processor needs',
    ...inKey(
      'enrich',
      '[{ "set": { "value": 1 } }]',
      '21: "field" is missing in enrich[0].set; allowed: non-empty text'
    )
  },
  {
    name: 'a name that cannot stand in a command',
    ...inKey(
      'name',
      '"my web"',
      '9: name is "my web"; allowed: at most 100 letters, digits, ".", "_" and "-", beginning with a letter or digit'
    )
  }
]

describe('of what a schema refuses it says', () => testProblems(keysAndValues))
