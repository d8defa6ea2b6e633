// An answer that says of all documents that they were created is recognised by its text, and no other is.

import { Serializer } from '@elastic/elasticsearch'
import { expect, test } from 'vitest'
import { answers } from '../../src/bulk/answer.ts'

const item = '{"create":{"status":201}}'
const serializer = new (answers(Serializer))()

test.each([
  [`{"took":7,"items":[${item}]}`, { allCreated: 1, took: 7 }],
  [`{"errors":false,"took":7,"items":[${item},${item},${item}]}`, { allCreated: 3, took: 7 }],
  [`{"took":7,"errors":false,"items":[${item},${item}]}`, { allCreated: 2, took: 7 }]
])('%s is recognised', (text, said) => {
  expect(serializer.deserialize(text)).toEqual(said)
})

test.each([
  '{"took":7,"items":[]}',
  '{"took":7}',
  `{"took":7,"items":[${item},{"create":{"status":409}}]}`,
  `{"took":7,"items":[{"create":{"status":429}},${item}]}`,
  `{"took":7,"items":[${item},{"create":{"status":201,"failure_store":"used"}}]}`,
  `{"took":7,"items":[${item},{"index":{ "status":201}}]}`,
  `{"took":7,"items":[${item},${item}]  }`,
  '{"error":{"type":"security_exception"},"status":403}',
  '[]'
])('%s is parsed', text => {
  expect(serializer.deserialize(text)).toEqual(JSON.parse(text))
})

test('what is no JSON is refused as ever', () => {
  expect(() => serializer.deserialize(`{"took":7,"items":[${item},${item}]`)).toThrow('JSON')
})
