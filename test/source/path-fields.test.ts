// What a path says of its documents.

import { describe, expect, test } from 'vitest'
import { createPathFields } from '#source'

describe('fields of a path', () => {
  test.each([
    { pattern: '/var/log/${service}/*.log', path: '/var/log/shop/a.log', fields: { service: { name: 'shop' } } },
    { pattern: '/var/log/${service}/**/*.log', path: '/var/log/shop/a/b/c.log', fields: { service: { name: 'shop' } } },
    {
      pattern: '/var/log/${service}-${host}.log*',
      path: '/var/log/shop-db1.log.1',
      fields: { service: { name: 'shop' }, host: { name: 'db1' } }
    },
    {
      pattern: '/srv/${kubernetes.pod.name}/${app}.log',
      path: '/srv/p-1/웹.log',
      fields: { kubernetes: { pod: { name: 'p-1' } }, labels: { app: '웹' } }
    },
    { pattern: '/srv/{a,b}/${app}.log', path: '/srv/b/x.log', fields: { labels: { app: 'x' } } },
    { pattern: '/srv/${app}.log', path: '/srv/deep/x.log', fields: undefined }
  ])('$pattern on $path', ({ pattern, path, fields }) => {
    expect(createPathFields([pattern])?.(path)).toEqual(fields)
  })

  test('are those of the first pattern that matches', () => {
    expect(createPathFields(['/a/${x}.log', '/a/${y}.log'])?.('/a/1.log')).toEqual({ labels: { x: '1' } })
  })

  test('are not looked for where no pattern has a placeholder', () => {
    expect(createPathFields(['/a/*.log'])).toBeUndefined()
  })
})
