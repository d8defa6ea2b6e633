// When Sluice is well, when it needs a look and when it ships nothing: the whole table of reasons.

import { describe, expect, test } from 'vitest'
import { assess } from '../../src/telemetry/health.ts'
import { createScene, file, letter, MINUTE, type Scene, SECOND, START_MS, share } from './scene.ts'

const bounds = { maxLagMs: 5 * MINUTE }

/** Plays a case and judges the last look. */
function judge(play: (scene: Scene) => void, names: readonly string[] = ['nginx']) {
  const scene = createScene(names)
  play(scene)
  return assess(scene.look(), bounds)
}

const since = (ms: number) => new Date(START_MS + ms).toISOString()
const refused = { documents: 500, status: 403, reason: 'action [indices:data/write/bulk] is unauthorized' }
const away = { documents: 500, reason: 'connect ECONNREFUSED 127.0.0.1:9200' }

describe('health is ok', () => {
  test.each<[string, (scene: Scene) => void]>([
    ['when nothing has happened yet', () => {}],
    ['while a batch is on its way', scene => void scene.tally('nginx').deliver(500)],
    [
      'while a batch is sent again, for less than a minute',
      scene => {
        scene.tally('nginx').deliver(500).retrying(away)
        scene.at(MINUTE)
      }
    ],
    [
      'when what was held was taken in the end',
      scene => {
        const delivery = scene.tally('nginx').deliver(500)
        delivery.holding(refused)
        delivery.done()
      }
    ],
    [
      'when what was held failed otherwise, for less than a minute',
      scene => {
        const delivery = scene.tally('nginx').deliver(500)
        delivery.holding(refused)
        delivery.retrying(away)
      }
    ],
    [
      'while the budget is full and room is made now and then, as under a backlog',
      scene => {
        scene.usedBytes = 64_000_000
        scene.look()
        scene.at(2 * MINUTE)
        scene.roomMade()
      }
    ],
    [
      'ten seconds after a spool that was full had room again',
      scene => {
        const tally = scene.tally('nginx')
        tally.spoolShort(undefined)
        tally.spoolRoomy()
        scene.at(10 * SECOND)
      }
    ],
    [
      'an hour after the last field that did not fit',
      scene => {
        scene.tally('nginx').settled([share('acked', 'rescued', 90, 1, 1)])
        scene.at(60 * MINUTE)
      }
    ],
    [
      'when all that was refused has left the store',
      scene => scene.tally('nginx').deadLettered([letter('document_parsing_exception')])
    ],
    [
      'with bytes that were skipped or dropped by a rule',
      scene => scene.tally('nginx').settled([share('skipped', 'blank', 10), share('dropped', 'drop', 90, 3)])
    ],
    [
      'when a file that could not be read has not failed for five minutes',
      scene => {
        scene.tally('nginx').unreadable('/a.log', new Error('EACCES'))
        scene.at(5 * MINUTE)
      }
    ],
    [
      'with a file that is behind within its bound',
      scene => {
        scene.files.nginx = [file('/a.log', { size: 100, checkpoint: 0 })]
        scene.look()
        scene.at(5 * MINUTE)
      }
    ],
    [
      'with a file that has waited for the end of its line for long',
      scene => {
        scene.files.nginx = [file('/a.log', { size: 100, framedTo: 90, checkpoint: 90 })]
        scene.look()
        scene.at(500 * MINUTE)
      }
    ]
  ])('%s', (_, play) => {
    expect(judge(play)).toEqual({ status: 'ok', reasons: [] })
  })
})

interface Case {
  readonly when: string
  readonly play: (scene: Scene) => void
  readonly status: 'degraded' | 'down'
  readonly code: string
  readonly since: string
  readonly says: string
  readonly advises: string
}

const cases: readonly Case[] = [
  {
    when: 'documents are held, at once',
    play: scene => {
      const tally = scene.tally('nginx')
      scene.at(10 * SECOND)
      const delivery = tally.deliver(500)
      delivery.holding(refused)
      scene.at(20 * SECOND)
      delivery.holding(refused)
      tally.deliver(500).holding(refused)
    },
    status: 'down',
    code: 'documents_held',
    since: since(10 * SECOND),
    says: '1000 documents held, Elasticsearch answers with status 403: action [indices:data/write/bulk]',
    advises: 'create_doc'
  },
  {
    when: 'one document is never taken',
    play: scene => {
      scene.tally('nginx').deliver(500)
      const delivery = scene.tally('nginx').deliver(500)
      scene.at(10 * SECOND)
      delivery.holding({ documents: 1, status: 429, reason: 'a document of 60.0 MB: no room' })
    },
    status: 'degraded',
    code: 'document_stuck',
    since: since(10 * SECOND),
    says: '1 document never taken: a document of 60.0 MB: no room',
    advises: 'indexing_pressure.memory.limit'
  },
  {
    when: 'fields did not fit, within the last hour',
    play: scene => {
      scene.tally('nginx').settled([share('acked', 'rescued', 90, 1, 1)])
      scene.at(59 * MINUTE)
      scene.tally('nginx').settled([share('acked', '', 90, 1, 1), share('acked', 'rescued', 180, 2, 2)])
      scene.at(118 * MINUTE)
    },
    status: 'degraded',
    code: 'documents_rescued',
    since: since(0),
    says: '3 documents delivered without a field',
    advises: '_conflicts.field'
  },
  {
    when: 'documents may be there twice, within the last hour',
    play: scene => {
      scene.at(SECOND)
      scene.tally('nginx').settled([share('acked', 'possiblyDoubled', 90, 1, 1)])
    },
    status: 'degraded',
    code: 'documents_possibly_doubled',
    since: since(SECOND),
    says: '1 document sent again that may have been there',
    advises: 'privilege read'
  },
  {
    when: 'documents are sent again for more than a minute',
    play: scene => {
      scene.tally('nginx').deliver(500).retrying(away)
      scene.at(MINUTE + 1)
    },
    status: 'down',
    code: 'documents_waiting',
    since: since(0),
    says: '500 documents on the way for 60 s: connect ECONNREFUSED 127.0.0.1:9200',
    advises: 'can be reached'
  },
  {
    when: 'the disk of Elasticsearch is too full to write to',
    play: scene => {
      const delivery = scene.tally('nginx').deliver(500)
      const reason = 'blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark]'
      delivery.retrying({ documents: 500, reason })
      scene.at(MINUTE + 1)
    },
    status: 'down',
    code: 'documents_waiting',
    since: since(0),
    says: 'disk usage exceeded',
    advises: 'free disk space'
  },
  {
    when: 'a request has not been answered for more than a minute',
    play: scene => {
      scene.tally('nginx').deliver(500)
      scene.at(3 * MINUTE)
    },
    status: 'down',
    code: 'documents_waiting',
    since: since(0),
    says: '500 documents on the way for 3 min: no answer yet',
    advises: 'can be reached'
  },
  {
    when: 'bytes were lost',
    play: scene => {
      const tally = scene.tally('nginx')
      scene.at(5 * SECOND)
      tally.settled([share('acked', '', 90, 1, 1), share('lost', 'rewritten', 2_500)])
      scene.at(9 * SECOND)
      tally.settled([share('lost', 'deleted', 10), share('lost', 'rewritten', 500)])
    },
    status: 'degraded',
    code: 'bytes_lost',
    since: since(5 * SECOND),
    says: '3.0 kB rewritten, 10 B deleted',
    advises: 'keep rotated files'
  },
  {
    when: 'dead letters wait, also those of a process before',
    play: scene => {
      scene.at(9 * SECOND)
      scene.keptLetters.nginx = [
        { type: 'document_parsing_exception', count: 2, sinceMs: START_MS + 7 * SECOND },
        { type: 'content_too_large', count: 1, sinceMs: START_MS - MINUTE }
      ]
    },
    status: 'degraded',
    code: 'dead_letters',
    since: since(-MINUTE),
    says: '2 document_parsing_exception, 1 content_too_large',
    advises: 'sluice dead-letters'
  },
  {
    when: 'the store of dead letters is full',
    play: scene => {
      const batch = scene.tally('nginx').deliver(100)
      for (const second of [10, 100, 200]) {
        scene.at(second * SECOND)
        batch.storeFull({ documents: 3, reason: 'dead letters take 9 bytes' })
      }
    },
    status: 'degraded',
    code: 'dead_letters_full',
    since: since(10 * SECOND),
    says: '3 refused documents held: dead letters take 9 bytes',
    advises: 'deadLetters.maxBytes'
  },
  {
    when: 'a spool is full, and was but for some seconds',
    play: scene => {
      scene.spools.nginx = { usedBytes: 16_000_000, limitBytes: 16_777_216 }
      const tally = scene.tally('nginx')
      for (const second of [0, 20, 28]) {
        scene.at(second * SECOND)
        tally.spoolShort(undefined)
        tally.refused('spool full', 1)
        scene.at((second + 1) * SECOND)
        tally.spoolRoomy()
      }
      scene.at(35 * SECOND)
    },
    status: 'degraded',
    code: 'spool_full',
    since: since(20 * SECOND),
    says: 'the spool is full; 16.0 MB of 16.8 MB in use, senders wait or are refused, 3 refused or dropped',
    advises: 'spool.maxBytes'
  },
  {
    when: 'the disk of a spool takes no writes',
    play: scene => scene.tally('nginx').spoolShort(new Error('ENOSPC: no space left on device, write')),
    status: 'degraded',
    code: 'spool_full',
    since: since(0),
    says: 'takes no writes: ENOSPC: no space left on device, write',
    advises: 'make room on the disk'
  },
  {
    when: 'a file cannot be read',
    play: scene => {
      const tally = scene.tally('nginx')
      const error = Object.assign(new Error("EACCES: permission denied, open '/a.log'"), { code: 'EACCES' })
      for (const second of [0, 60, 120, 600]) {
        scene.at(second * SECOND)
        tally.unreadable('/a.log', error)
        if (second >= 120) tally.unreadable('/b.log', error)
      }
    },
    status: 'degraded',
    code: 'file_unreadable',
    // It was not known to fail for more than five minutes in between.
    since: since(600 * SECOND),
    says: "cannot read /a.log, and 1 other: EACCES: permission denied, open '/a.log'",
    advises: 'let the user that Sluice runs as read the file'
  },
  {
    when: 'the file system cannot be watched',
    play: scene => scene.tally('nginx').unreadable('', new Error('ENOSPC: System limit for number of file watchers')),
    status: 'degraded',
    code: 'watch_failed',
    since: since(0),
    says: 'ENOSPC',
    advises: 'fs.inotify.max_user_watches'
  },
  {
    when: 'a file is further behind than it may be',
    play: scene => {
      scene.files.nginx = [
        file('/a.log', { size: 4_000, checkpoint: 0 }),
        file('/b.log', { size: 10, checkpoint: 0 }),
        file('/c.log', { size: 10 })
      ]
      scene.look()
      scene.files.nginx[1] = file('/b.log', { size: 10 })
      scene.at(7 * MINUTE)
    },
    status: 'degraded',
    code: 'lagging',
    since: since(5 * MINUTE),
    says: '1 file behind by up to 7 min and 4.0 kB together; furthest /a.log',
    advises: 'catch up'
  }
]

describe('health is not ok', () => {
  test.each(cases)('when $when', ({ play, status, code, since: from, says, advises }) => {
    const health = judge(play)
    expect(health).toMatchObject({ status, reasons: [{ code, pipeline: 'nginx', since: from }] })
    expect(health.reasons).toHaveLength(1)
    expect(health.reasons[0]?.message).toContain(says)
    expect(health.reasons[0]?.advice).toContain(advises)
  })

  test('when there has been no room in the budget for more than a minute', () => {
    const health = judge(scene => {
      scene.usedBytes = 64_100_000
      scene.at(10 * SECOND)
      scene.look()
      scene.at(80 * SECOND)
    })
    expect(health).toMatchObject({
      status: 'degraded',
      reasons: [{ code: 'budget_exhausted', since: since(10 * SECOND) }]
    })
    expect(health.reasons[0]?.message).toContain('64.1 MB of 64.0 MB are in use and none were freed for 70 s')
    expect(health.reasons[0]).not.toHaveProperty('pipeline')
  })

  describe('when the cluster was never there', () => {
    /** A pipeline that is being prepared. */
    function begin(play: (scene: Scene) => void) {
      const scene = createScene(['nginx'], () => undefined, false)
      play(scene)
      scene.at(2 * MINUTE)
      return assess(scene.look(), bounds).reasons.map(({ code, message }) => `${code}: ${message}`)
    }

    test.each<[string, (scene: Scene) => void, string]>([
      ['and nothing was heard', () => {}, 'documents_waiting: the first documents on the way for 2 min: no answer yet'],
      [
        'and it does not answer',
        scene => scene.tally('nginx').preparing.retrying({ ...away, documents: 0 }),
        `documents_waiting: the first documents on the way for 2 min: ${away.reason}`
      ],
      [
        'and it turns Sluice away',
        scene => scene.tally('nginx').preparing.holding({ documents: 0, status: 401, reason: 'missing credentials' }),
        'documents_held: the first documents held, Elasticsearch answers with status 401: missing credentials'
      ],
      [
        'while batches wait for it',
        scene => {
          scene.tally('nginx').preparing.retrying({ ...away, documents: 0 })
          scene.tally('nginx').deliver(500)
        },
        `documents_waiting: 500 documents on the way for 2 min: ${away.reason}`
      ]
    ])('%s', (_, play, expected) => {
      expect(begin(play)).toEqual([expected])
    })
  })
})

describe('health is down', () => {
  test('when something broke that no waiting mends', () => {
    const health = judge(scene => {
      scene.failure = { sinceMs: START_MS, message: 'database or disk is full' }
    })
    expect(health).toMatchObject({ status: 'down', reasons: [{ code: 'failed', message: 'database or disk is full' }] })
  })

  test('when no pipeline ships anything, and not while one still does', () => {
    const stuck = (...names: string[]) =>
      judge(
        scene => {
          for (const name of names) scene.tally(name).deliver(1).holding(refused)
        },
        ['nginx', 'app']
      )
    expect(stuck('nginx').status).toBe('degraded')
    expect(stuck('nginx', 'app').status).toBe('down')
  })
})

describe('what is remembered', () => {
  test('is bounded, however many files cannot be read', () => {
    const scene = createScene()
    for (let i = 0; i < 5_000; i += 1) scene.tally('nginx').unreadable(`/${i}.log`, new Error('EACCES'))
    expect(assess(scene.look(), bounds).reasons[0]?.message).toBe('cannot read /4000.log, and 999 others: EACCES')
  })
})
