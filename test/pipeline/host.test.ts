// What documents say of the machine: of each kind of system what Filebeat would say of it.

import os from 'node:os'
import { describe, expect, test } from 'vitest'
import { describeHost } from '#pipeline'
import type { Fields } from '#record'
import { addresses, operatingSystem } from '../../src/pipeline/host.ts'

describe('an operating system', () => {
  const linux = { platform: 'linux', release: '6.1.0-13-amd64', version: '#1 SMP' }
  const kernel = linux.release

  test.each<[osRelease: string, expected: Fields]>([
    [
      'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nVERSION="24.04.1 LTS (Noble Numbat)"\nID=ubuntu\nID_LIKE=debian\n',
      { platform: 'ubuntu', family: 'debian', name: 'Ubuntu', version: '24.04.1 LTS (Noble Numbat)' }
    ],
    [
      'NAME="Rocky Linux"\nVERSION="9.4 (Blue Onyx)"\nID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\n',
      { platform: 'rocky', family: 'redhat', name: 'Rocky Linux', version: '9.4 (Blue Onyx)' }
    ],
    [
      "NAME='Linux Mint'\nVERSION='22 (Wilma)'\nID=linuxmint\nID_LIKE='ubuntu debian'\n",
      { platform: 'linuxmint', family: 'debian', name: 'Linux Mint', version: '22 (Wilma)' }
    ],
    [
      'NAME="openSUSE Leap"\nVERSION="15.6"\nID="opensuse-leap"\nID_LIKE="suse opensuse"\n',
      { platform: 'opensuse-leap', family: 'suse', name: 'openSUSE Leap', version: '15.6' }
    ],
    [
      'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.3\n',
      { platform: 'alpine', family: 'alpine', name: 'Alpine Linux', version: '3.20.3' }
    ],
    [
      'NAME="Manjaro Linux"\nID=manjaro\nID_LIKE=arch\n',
      { platform: 'manjaro', family: 'arch', name: 'Manjaro Linux' }
    ],
    ['', { platform: 'linux', family: 'linux', name: 'Linux' }]
  ])('of Linux with %j', (osRelease, expected) => {
    expect(operatingSystem(linux, osRelease)).toEqual({ type: 'linux', kernel, ...expected })
  })

  test.each<[platform: string, release: string, version: string, expected: Fields]>([
    [
      'darwin',
      '24.1.0',
      'Darwin Kernel Version 24.1.0',
      { type: 'macos', platform: 'darwin', family: 'darwin', name: 'macOS' }
    ],
    [
      'win32',
      '10.0.20348',
      'Windows Server 2022 Standard',
      {
        type: 'windows',
        platform: 'windows',
        family: 'windows',
        name: 'Windows Server 2022 Standard',
        version: '10.0.20348'
      }
    ],
    ['freebsd', '14.1-RELEASE', 'FreeBSD 14.1', { type: 'unix', platform: 'freebsd', family: 'freebsd' }]
  ])('of %s', (platform, release, version, expected) => {
    expect(operatingSystem({ platform, release, version })).toEqual({ kernel: release, ...expected })
  })
})

describe('addresses', () => {
  const info = (address: string, mac: string, internal = false): os.NetworkInterfaceInfo => ({
    ...(address.includes(':') ? { family: 'IPv6', scopeid: 0 } : { family: 'IPv4' }),
    address,
    mac,
    internal,
    netmask: '',
    cidr: null
  })

  test('are those that others know the machine by, and each is named once', () => {
    const lo = [info('127.0.0.1', '00:00:00:00:00:00', true), info('::1', '00:00:00:00:00:00', true)]
    const eth0 = [
      info('192.0.2.2', '02:fc:00:00:00:01'),
      info('2001:db8::2', '02:fc:00:00:00:01'),
      info('fe80::fc:ff:fe00:1', '02:fc:00:00:00:01')
    ]
    const tun0 = [info('10.8.0.2', '00:00:00:00:00:00'), info('169.254.10.1', '00:00:00:00:00:00')]
    expect(addresses({ lo, eth0, tun0 })).toEqual({
      ip: ['192.0.2.2', '2001:db8::2', '10.8.0.2'],
      mac: ['02-FC-00-00-00-01']
    })
  })

  test('are left out where there are none', () => {
    expect(addresses({ lo: [info('127.0.0.1', '00:00:00:00:00:00', true)] })).toEqual({})
  })
})

describe('a document', () => {
  test('names the machine and the shipper', () => {
    const { agent, host } = describeHost('name', '1.2.3')
    expect({ agent: agent(), host: host() }).toEqual({
      agent: { type: 'sluice', version: '1.2.3' },
      host: { name: os.hostname() }
    })
  })

  test('says all of it where that is asked for', () => {
    const { agent, host } = describeHost('full', '1.2.3')
    expect(agent()).toEqual({ type: 'sluice', version: '1.2.3', name: os.hostname() })
    expect(host()).toMatchObject({
      name: os.hostname(),
      hostname: os.hostname(),
      architecture: os.machine(),
      os: { kernel: os.release() }
    })
  })

  test('shares nothing of it with another', () => {
    const { agent, host } = describeHost('full', '1.2.3')
    const first = { agent: agent(), host: host() }
    ;(first.host.os as Fields).name = 'changed'
    first.host.name = 'changed'
    first.agent.name = 'changed'
    expect(JSON.stringify({ agent: agent(), host: host() })).not.toContain('changed')
  })
})
