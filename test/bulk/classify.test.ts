// What each answer of Elasticsearch means for a document: the whole table.

import { describe, expect, test } from 'vitest'
import { classifyItem, classifyRequest, isInDoubt } from '../../src/bulk/classify.ts'

describe('an item', () => {
  const error = (type: string, reason = '') => ({ type, reason })
  test.each([
    { status: 201, verdict: 'delivered' },
    { status: 200, verdict: 'delivered' },
    { status: 201, failure_store: 'not_enabled', verdict: 'delivered' },
    { status: 201, failure_store: 'used', verdict: 'redirected' },
    { status: 400, failure_store: 'failed', error: error('document_parsing_exception'), verdict: 'unmappable' },
    { status: 400, failure_store: 'not_enabled', error: error('document_parsing_exception'), verdict: 'unmappable' },
    { status: 408, verdict: 'retry' },
    { status: 409, error: error('version_conflict_engine_exception'), verdict: 'conflict' },
    { status: 429, error: error('es_rejected_execution_exception'), verdict: 'retry' },
    { status: 429, error: error('circuit_breaking_exception'), verdict: 'retry' },
    { status: 503, error: error('unavailable_shards_exception'), verdict: 'retry' },
    { status: 502, verdict: 'retry' },
    { status: 504, verdict: 'retry' },
    { status: 500, error: error('node_closed_exception'), verdict: 'retry' },
    { status: 403, error: error('cluster_block_exception'), verdict: 'retry' },
    // A state of the cluster, whatever the status.
    ...[
      'unavailable_shards_exception',
      'no_shard_available_action_exception',
      'process_cluster_event_timeout_exception',
      'node_not_connected_exception',
      'not_master_exception',
      'master_not_discovered_exception'
    ].map(type => ({ status: 400, error: error(type), verdict: 'retry' })),
    { status: 400, error: error('validation_exception'), verdict: 'hold' },
    { status: 401, error: error('security_exception'), verdict: 'hold' },
    { status: 403, error: error('security_exception'), verdict: 'hold' },
    { status: 404, error: error('index_not_found_exception'), verdict: 'hold' },
    { status: 400, error: error('index_closed_exception'), verdict: 'hold' },
    {
      status: 400,
      error: error('illegal_argument_exception', 'pipeline with id [geo] does not exist'),
      verdict: 'hold'
    },
    { status: 400, error: error('illegal_argument_exception', 'field [a] not present'), verdict: 'unmappable' },
    { status: 400, error: error('document_parsing_exception'), verdict: 'unmappable' },
    { status: 400, error: error('mapper_parsing_exception'), verdict: 'unmappable' },
    { status: 400, error: error('strict_dynamic_mapping_exception'), verdict: 'unmappable' },
    { status: 400, error: error('script_exception'), verdict: 'refused' },
    { status: 413, verdict: 'refused' }
  ])('$status $error.type → $verdict', ({ verdict, ...answer }) => {
    expect(classifyItem(answer)).toBe(verdict)
  })
})

describe('a whole request', () => {
  test.each([
    [413, 'tooLarge'],
    [429, 'retry'],
    [409, 'retry'],
    [408, 'retry'],
    [500, 'retry'],
    [502, 'retry'],
    [503, 'retry'],
    [504, 'retry'],
    [400, 'hold'],
    [401, 'hold'],
    [403, 'hold'],
    [404, 'hold']
  ])('%i → %s', (status, verdict) => {
    expect(classifyRequest({ status })).toBe(verdict)
  })
})

describe('what may have been stored all the same', () => {
  test.each([
    [0, undefined, true],
    [200, undefined, true],
    [408, undefined, true],
    [500, 'node_closed_exception', true],
    [502, undefined, true],
    [503, undefined, true],
    [503, 'cluster_block_exception', false],
    [503, 'unavailable_shards_exception', false],
    [429, 'es_rejected_execution_exception', false],
    [401, 'security_exception', false],
    [413, undefined, false]
  ])('%i %s: %s', (status, type, expected) => {
    expect(isInDoubt({ status, ...(type !== undefined && { error: { type } }) })).toBe(expected)
  })
})
