// What must hold of settings beyond what their schema can say.

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Check } from './check.ts'
import { whyUnreadable } from './document.ts'
import type { Path } from './problem.ts'
import type { Settings } from './settings-schema.ts'

/** Reports settings that contradict each other, addresses that are none, and a certificate file that cannot be read. */
export function checkSettings(settings: Settings, check: Check): void {
  checkNodes(settings, check)
  for (const section of ['elasticsearch', 'kibana'] as const) {
    checkCredentials(settings, section, check)
    checkCaFile(settings, section, check)
  }
  checkOrder(check, settings, ['batch', 'maxBytes'], ['budgetBytes'])
  checkOrder(check, settings, ['workers'], ['elasticsearch', 'bulk', 'maxInFlight'])
  checkOrder(check, settings, ['elasticsearch', 'bulk', 'minBackoffMs'], ['elasticsearch', 'bulk', 'maxBackoffMs'])
}

const allowedNode = 'http://host:port or https://host:port'

function checkNodes(settings: Settings, check: Check): void {
  if (!check.isSound('elasticsearch', 'nodes')) return
  for (const [index, node] of settings.elasticsearch.nodes.entries()) {
    const path = ['elasticsearch', 'nodes', index]
    const message = whyNoNode(node, check.found(node, path))
    if (message !== undefined) check.report({ path }, message)
  }
}

/** @param found what may be shown of the address */
function whyNoNode(node: string, found: string): string | undefined {
  const url = URL.parse(node)
  const isHttp = url !== null && /^https?:$/.test(url.protocol)
  if (isHttp ? url.username !== '' || url.password !== '' : node.includes('@')) {
    return 'the address holds credentials; allowed: credentials in "username" and "password", or in "apiKey"'
  }
  if (!isHttp) {
    // `localhost:9200` parses as a URL with the scheme `localhost`.
    const isBare = !node.includes('://') && URL.canParse(`http://${node}`)
    return `the address is ${found}; allowed: ${allowedNode}${isBare ? '; did you mean to put "http://" before it?' : ''}`
  }
  if (url.search === '' && url.hash === '') return undefined
  return `the address is ${found}; allowed: ${allowedNode}, with a path but without ? and #`
}

type Section = 'elasticsearch' | 'kibana'

function checkCredentials(settings: Settings, section: Section, check: Check): void {
  const keys = ['username', 'password', 'apiKey'] as const
  if (!keys.every(key => check.isSound(section, key))) return
  const { username, password, apiKey } = settings[section] ?? {}
  const report = (key: string, message: string): void => check.report({ path: [section, key], at: 'key' }, message)
  if (apiKey !== undefined) {
    const other = username !== undefined ? 'username' : password !== undefined ? 'password' : undefined
    if (other !== undefined) report('apiKey', `"apiKey" stands beside "${other}"; allowed: one of the two`)
  } else if (username !== undefined && password === undefined) {
    report('username', '"username" stands without "password"; allowed: both or none')
  } else if (password !== undefined && username === undefined) {
    report('password', '"password" stands without "username"; allowed: both or none')
  }
}

function checkCaFile(settings: Settings, section: Section, check: Check): void {
  const { caFile } = settings[section] ?? {}
  if (!check.isSound(section, 'caFile') || caFile === undefined) return
  const file = resolve(check.folder, caFile)
  try {
    readFileSync(file)
  } catch (error) {
    const message = `the certificate authority cannot be used: ${whyUnreadable(file, error)}`
    check.report({ path: [section, 'caFile'] }, message)
  }
}

/** Reports where the number at one path is greater than the one at another. */
function checkOrder(check: Check, settings: Settings, lesser: Path, greater: Path): void {
  if (!check.isSound(...lesser) || !check.isSound(...greater)) return
  const [least, most] = [lesser, greater].map(path => path.reduce<unknown>(step, settings))
  if (Number(least) <= Number(most)) return
  check.report(
    { path: lesser },
    `${lesser.join('.')} is ${least}; allowed: at most ${greater.join('.')}, which is ${most}`
  )
}

const step = (value: unknown, key: string | number): unknown => (value as Record<string, unknown>)[key]
