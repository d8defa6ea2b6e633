// Each preset on logs that real programs wrote.

import { describe, expect, test } from 'vitest'
import { createGrouping } from '../../../src/frame/multiline/index.ts'
import { logs } from './fixtures.ts'
import { grouped } from './grouped.ts'

describe.each(logs)('$preset/$file', ({ preset, records }) => {
  const create = createGrouping({ preset })

  test('falls into its records', () => {
    expect(grouped(create(), records.flat())).toEqual(records)
  })

  test('falls into the same records when read again from the beginning of any of them', () => {
    for (const begin of records.keys()) {
      const rest = records.slice(begin)
      expect(grouped(create(), rest.flat())).toEqual(rest)
    }
  })
})
