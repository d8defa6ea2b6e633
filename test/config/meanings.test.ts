// What is right for a schema and wrong all the same.

import { describe } from 'vitest'
import { encodingNames } from '#frame'
import { inKey, inSettings, type Row, streamPart, testProblems } from './problems.ts'

const meanings: readonly Row[] = [
  {
    name: 'an address without a scheme',
    ...inSettings(
      '{ "elasticsearch": { "nodes": ["localhost:9200"] } }',
      '1:32: the address is "localhost:9200"; allowed: http://host:port or https://host:port; did you mean to put "http://" before it?'
    )
  },
  {
    name: 'an address with another scheme',
    ...inSettings(
      '{ "elasticsearch": { "nodes": ["https://a:1", "ftp://b"] } }',
      '1:47: the address is "ftp://b"; allowed: http://host:port or https://host:port'
    )
  },
  {
    name: 'an address with a query',
    ...inSettings(
      '{ "elasticsearch": { "nodes": ["http://a:9200/es?x=1"] } }',
      '1:32: the address is "http://a:9200/es?x=1"; allowed: http://host:port or https://host:port, with a path but without ? and #'
    )
  },
  {
    name: 'an address with credentials, without showing them',
    ...inSettings(
      '{ "elasticsearch": { "nodes": ["http://elastic:changeme@a:9200"] } }',
      '1:32: the address holds credentials; allowed: credentials in "username" and "password", or in "apiKey"'
    )
  },
  {
    name: 'credentials in an address without a scheme',
    ...inSettings(
      '{ "elasticsearch": { "nodes": ["elastic:changeme@a:9200"] } }',
      '1:32: the address holds credentials; allowed: credentials in "username" and "password", or in "apiKey"'
    )
  },
  {
    name: 'a user without a password',
    ...inSettings(
      '{ "elasticsearch": { "username": "elastic" } }',
      '1:22: "username" stands without "password"; allowed: both or none'
    )
  },
  {
    name: 'a password without a user',
    ...inSettings(
      '{ "elasticsearch": { "password": "changeme" } }',
      '1:22: "password" stands without "username"; allowed: both or none'
    )
  },
  {
    name: 'two ways to log in',
    ...inSettings(
      '{ "elasticsearch": { "username": "elastic", "password": "changeme", "apiKey": "abc" } }',
      '1:69: "apiKey" stands beside "username"; allowed: one of the two'
    )
  },
  {
    name: 'a password of another type, without showing it',
    ...inSettings(
      '{ "elasticsearch": { "username": "elastic", "password": 12345678 } }',
      '1:57: elasticsearch.password is a number; allowed: non-empty text'
    )
  },
  {
    name: 'a certificate authority that is not there',
    ...inSettings(
      '{ "elasticsearch": { "caFile": "ca.pem" } }',
      '1:32: the certificate authority cannot be used: no such file; looked for ca.pem'
    )
  },
  {
    name: 'a batch larger than the budget',
    ...inSettings(
      '{ "budgetBytes": 1048576, "batch": { "maxBytes": 1048577 } }',
      '1:50: batch.maxBytes is 1048577; allowed: at most budgetBytes, which is 1048576'
    )
  },
  {
    name: 'a batch of a pipeline larger than the budget',
    ...inKey(
      'batch',
      '{ "maxBytes": 90000000 }',
      '24: batch.maxBytes is 90000000; allowed: at most budgetBytes of the settings, which is 67108864'
    )
  },
  {
    name: 'lines longer than may be read ahead',
    ...inKey(
      'frame',
      '{ "maxLineBytes": 8000000 }',
      '28: frame.maxLineBytes is 8000000; allowed: at most a fifth of source.maxReadAheadBytes, which is 3355443'
    )
  },
  {
    name: 'an encoding that is none',
    ...inKey(
      'frame',
      '{ "encoding": "cp9499" }',
      `24: frame.encoding is "cp9499"; allowed: "auto", "cp949", "latin1" or any label of ${encodingNames.join(', ')}; did you mean "cp949"?`
    )
  },
  {
    name: 'a multiline expression that is none',
    ...inKey(
      'multiline',
      '{ "startsWith": "(" }',
      '31: multiline.startsWith: "(": unterminated group; allowed: a JavaScript regular expression'
    )
  },
  {
    name: 'multiline without a rule',
    ...inKey(
      'multiline',
      '{ "maxLines": 5 }',
      '14: multiline: found none; allowed: exactly one of "preset", "startsWith", "continuesWith"'
    )
  },
  {
    name: 'more threads than requests that they share',
    ...inSettings('{ "workers": 5 }', '1:14: workers is 5; allowed: at most elasticsearch.bulk.maxInFlight, which is 4')
  },
  {
    name: 'a first pause longer than the longest',
    ...inSettings(
      '{ "elasticsearch": { "bulk": { "maxBackoffMs": 100 } } }',
      '1:30: elasticsearch.bulk.minBackoffMs is 500; allowed: at most elasticsearch.bulk.maxBackoffMs, which is 100'
    )
  },
  ...[
    ['[', 'brackets in pairs, or written with \\ before them (missing closing: "]")'],
    ['/var/log/', 'files, not a folder; did you mean "/var/log/*"?'],
    ['.', 'a path or glob of files'],
    ['~/a.log', 'a path from / or relative to this file; ~ is not expanded'],
    ['!*.gz', 'a glob without ! before it; what is not wanted is written in "exclude"']
  ].map(([glob, allowed]) => ({
    name: `the glob ${glob}`,
    ...inKey('source', `{ "type": "file", "paths": ["${glob}"] }`, `39: the glob is "${glob}"; allowed: ${allowed}`)
  })),
  {
    name: 'a pattern, where it breaks',
    ...inKey(
      'parse',
      '[{ "format": "nginx", "pattern": "\\"$status\\" ${" }]',
      '56: parse[0].pattern: "${" is not closed; allowed: $name or ${name}, of letters, digits and _'
    )
  },
  {
    name: 'a condition, where it breaks',
    ...inKey(
      'enrich',
      '[{ "drop": { "if": "ctx.a == \\"x\\" &&& true" } }]',
      '48: enrich[0].drop.if: found "&"; allowed: "&&"'
    )
  },
  {
    name: 'a field that cannot be written',
    ...inKey(
      'enrich',
      '[{ "set": { "tag": "a..b", "field": "a..b", "value": 1 } }]',
      '47: enrich[0].set.field: "field" is "a..b", which has a step without a name; allowed: the dotted name of a field, such as "http.request.method"'
    )
  },
  {
    name: 'a field that a processor for failures cannot write',
    ...inKey(
      'enrich',
      '[{ "drop": { "on_failure": [{ "remove": { "field": ["a", "b..c"] } }] } }]',
      '68: enrich[0].drop.on_failure[0].remove.field[1]: "field" is "b..c", which has a step without a name; allowed: the dotted name of a field, such as "http.request.method"'
    )
  },
  {
    name: 'a template beyond fields',
    ...inKey(
      'enrich',
      '[{ "set": { "field": "a", "value": "b {{#c}}" } }]',
      '49: enrich[0].set.value: found "{{#c}}"; allowed: {{field}}, {{{field}}} and {{&field}}, without sections'
    )
  },
  {
    name: 'a processor at odds with itself',
    ...inKey(
      'enrich',
      '[{ "set": { "field": "a" } }]',
      '12: enrich[0]: "set" has neither "value" nor "copy_from"; allowed: one of them'
    )
  },
  {
    name: 'a dataset in capitals',
    ...inKey('destination', '{ "dataset": "Web" }', `29: destination.dataset is "Web"; allowed: ${streamPart}`)
  },
  {
    name: 'capitals beyond ASCII',
    ...inKey(
      'destination',
      '{ "dataset": "\u00c4pfel" }',
      '29: destination.dataset is "\u00c4pfel"; allowed: lower-case letters; did you mean "\u00e4pfel"?'
    )
  },
  {
    name: 'a namespace with a dash',
    ...inKey(
      'destination',
      '{ "dataset": "web", "namespace": "eu-west" }',
      `49: destination.namespace is "eu-west"; allowed: ${streamPart}`
    )
  },
  {
    name: 'a dataset of more than 100 bytes',
    ...inKey(
      'destination',
      `{ "dataset": "${'\u00e4'.repeat(51)}" }`,
      '29: destination.dataset is 102 bytes long; allowed: at most 100 bytes'
    )
  }
]

describe('of what a schema cannot see it says', () => testProblems(meanings))
