// What every document says of the machine and of Sluice. It is found out once, at the start; each document gets objects
// of its own, because processors change them in place.

import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import os from 'node:os'
import { parseEnv } from 'node:util'
import type { Fields } from '#record'

/** Makes `agent` and `host` of one document. */
export interface Host {
  agent(): Fields
  host(): Fields
}

/**
 * This machine, by its name or in full: with the fields that Filebeat's add_host_metadata gives and ECS has.
 * @param version that of Sluice
 */
export function describeHost(detail: 'name' | 'full', version: string): Host {
  const hostname = os.hostname()
  if (detail === 'name') return { agent: () => ({ type: 'sluice', version }), host: () => ({ name: hostname }) }
  // As Elastic's own agents have it: `x86_64`, `aarch64`, on macOS `arm64`.
  const architecture = os.machine()
  const id = machineId()
  const { ip, mac } = addresses(os.networkInterfaces())
  const system = operatingSystem(
    { platform: os.platform(), release: os.release(), version: os.version() },
    readText('/etc/os-release') ?? readText('/usr/lib/os-release')
  )
  return {
    agent: () => ({ type: 'sluice', version, name: hostname }),
    host: () => ({ name: hostname, hostname, architecture, id, ip, mac, os: { ...system } })
  }
}

/**
 * The fields of `host.os`.
 * @param kernel what `node:os` says of it: on Windows its version is the name of the edition
 * @param osRelease the text of os-release(5), where there is one
 */
export function operatingSystem(
  { platform, release, version }: { readonly platform: string; readonly release: string; readonly version: string },
  osRelease = ''
): Fields {
  switch (platform) {
    case 'linux': {
      const { ID = 'linux', ID_LIKE = '', NAME = 'Linux', VERSION, VERSION_ID } = parseEnv(osRelease)
      const family = familyOf([ID, ...ID_LIKE.split(' ').filter(word => word !== '')])
      return { type: 'linux', platform: ID, family, name: NAME, version: VERSION ?? VERSION_ID, kernel: release }
    }
    case 'darwin':
      return { type: 'macos', platform: 'darwin', family: 'darwin', name: 'macOS', kernel: release }
    case 'win32':
      return {
        type: 'windows',
        platform: 'windows',
        family: 'windows',
        name: version,
        version: release,
        kernel: release
      }
    default:
      return { type: 'unix', platform, family: platform, kernel: release }
  }
}

const FAMILIES: Readonly<Record<string, string>> = {
  centos: 'redhat',
  debian: 'debian',
  fedora: 'redhat',
  opensuse: 'suse',
  rhel: 'redhat',
  suse: 'suse'
}

/** Of a distribution and those that it is like, closest first, the first family; else what it is most remotely like. */
function familyOf(distributions: readonly string[]): string | undefined {
  return distributions.map(name => FAMILIES[name]).find(family => family !== undefined) ?? distributions.at(-1)
}

/** What the machine is reached by: no loopback, and no link-local addresses, which name no machine. */
export function addresses(interfaces: NodeJS.Dict<os.NetworkInterfaceInfo[]>): Fields {
  const outer = Object.values(interfaces).flatMap(infos => infos?.filter(({ internal }) => !internal) ?? [])
  const ip = outer.map(({ address }) => address).filter(address => !/^(?:fe[89ab].:|169\.254\.)/i.test(address))
  const mac = outer.map(({ mac }) => mac.replaceAll(':', '-').toUpperCase()).filter(mac => mac !== '00-00-00-00-00-00')
  return { ip: someOf(ip), mac: someOf(mac) }
}

function someOf(texts: readonly string[]): string[] | undefined {
  return texts.length === 0 ? undefined : [...new Set(texts)]
}

/**
 * Names this machine and one of its pipelines, in 16 hexadecimal digits: by it the pipeline knows its own documents again
 * when its state is lost. Machines that are clones differ in their host names.
 */
export function shipperOf(pipeline: string): string {
  return hash('sha256', JSON.stringify([machineId() ?? '', os.hostname(), pipeline]), 'hex').slice(0, 16)
}

/** See machine-id(5). */
function machineId(): string | undefined {
  const id = (readText('/etc/machine-id') ?? readText('/var/lib/dbus/machine-id'))?.trim()
  return id === '' ? undefined : id
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
