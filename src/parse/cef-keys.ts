// The keys of CEF's extension: their full names, and the fields of ECS that Elastic's decoder gives them. See "ArcSight Common
// Event Format Implementation Standard", version 25.

import type { Meaning } from './security-events.ts'

const FULL_NAMES = new Map(
  `agt agentAddress,ahost agentHostName,aid agentId,amac agentMacAddress,art agentReceiptTime,atz agentTimeZone,at agentType,
av agentVersion,app applicationProtocol,cnt baseEventCount,in bytesIn,out bytesOut,dst destinationAddress,
dlat destinationGeoLatitude,dlong destinationGeoLongitude,dhost destinationHostName,dmac destinationMacAddress,
dntdom destinationNtDomain,dpt destinationPort,dpid destinationProcessId,dproc destinationProcessName,
duid destinationUserId,duser destinationUserName,dpriv destinationUserPrivileges,act deviceAction,dvc deviceAddress,
cat deviceEventCategory,dvchost deviceHostName,dvcmac deviceMacAddress,dvcpid deviceProcessId,rt deviceReceiptTime,
dtz deviceTimeZone,end endTime,outcome eventOutcome,fname filename,fsize fileSize,msg message,request requestUrl,
src sourceAddress,slat sourceGeoLatitude,slong sourceGeoLongitude,shost sourceHostName,smac sourceMacAddress,
sntdom sourceNtDomain,spt sourcePort,spid sourceProcessId,sproc sourceProcessName,suid sourceUserId,suser sourceUserName,
spriv sourceUserPrivileges,start startTime,proto transportProtocol,catdt categoryDeviceType`
    .split(/,\s*/)
    .map(pair => pair.split(' ') as [string, string])
)

const NUMBERED: readonly (readonly [RegExp, string])[] = [
  [/^cs([1-6](?:Label)?)$/, 'deviceCustomString'],
  [/^cn([1-3](?:Label)?)$/, 'deviceCustomNumber'],
  [/^cfp([1-4](?:Label)?)$/, 'deviceCustomFloatingPoint'],
  [/^c6a([1-4](?:Label)?)$/i, 'deviceCustomIPv6Address']
]

/** The full name of a key; keys that are none of CEF's stay as they are. */
export function fullName(key: string): string {
  const known = FULL_NAMES.get(key)
  if (known !== undefined) return known
  for (const [short, long] of NUMBERED) if (short.test(key)) return key.replace(short, `${long}$1`)
  return key
}

/** By full name. */
export const CEF_MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  Object.entries({
    applicationProtocol: ['network.protocol', 'lower'],
    bytesIn: ['source.bytes', 'long'],
    bytesOut: ['destination.bytes', 'long'],
    customerExternalID: ['organization.id', 'keyword'],
    customerURI: ['organization.name', 'keyword'],
    destinationAddress: ['destination.ip', 'ip'],
    destinationDnsDomain: ['destination.registered_domain', 'keyword'],
    destinationHostName: ['destination.domain', 'keyword'],
    destinationMacAddress: ['destination.mac', 'keyword'],
    destinationPort: ['destination.port', 'long'],
    destinationProcessId: ['destination.process.pid', 'long'],
    destinationProcessName: ['destination.process.name', 'keyword'],
    destinationServiceName: ['destination.service.name', 'keyword'],
    destinationTranslatedAddress: ['destination.nat.ip', 'ip'],
    destinationTranslatedPort: ['destination.nat.port', 'long'],
    destinationUserId: ['destination.user.id', 'keyword'],
    destinationUserName: ['destination.user.name', 'keyword'],
    destinationUserPrivileges: ['destination.user.group.name', 'keyword'],
    deviceAction: ['event.action', 'keyword'],
    deviceAddress: ['observer.ip', 'ip'],
    deviceDirection: ['network.direction', 'keyword'],
    deviceExternalId: ['observer.name', 'keyword'],
    deviceHostName: ['observer.hostname', 'keyword'],
    deviceMacAddress: ['observer.mac', 'keyword'],
    deviceProcessId: ['process.pid', 'long'],
    deviceProcessName: ['process.name', 'keyword'],
    deviceReceiptTime: ['@timestamp', 'date'],
    deviceTimeZone: ['event.timezone', 'keyword'],
    endTime: ['event.end', 'date'],
    eventId: ['event.id', 'keyword'],
    eventOutcome: ['event.outcome', 'lower'],
    fileCreateTime: ['file.created', 'date'],
    fileId: ['file.inode', 'keyword'],
    fileModificationTime: ['file.mtime', 'date'],
    filename: ['file.name', 'keyword'],
    filePath: ['file.path', 'keyword'],
    fileSize: ['file.size', 'long'],
    fileType: ['file.type', 'keyword'],
    requestClientApplication: ['user_agent.original', 'keyword'],
    requestContext: ['http.request.referrer', 'keyword'],
    requestMethod: ['http.request.method', 'keyword'],
    requestUrl: ['url.original', 'wildcard'],
    sourceAddress: ['source.ip', 'ip'],
    sourceDnsDomain: ['source.registered_domain', 'keyword'],
    sourceHostName: ['source.domain', 'keyword'],
    sourceMacAddress: ['source.mac', 'keyword'],
    sourcePort: ['source.port', 'long'],
    sourceProcessId: ['source.process.pid', 'long'],
    sourceProcessName: ['source.process.name', 'keyword'],
    sourceServiceName: ['source.service.name', 'keyword'],
    sourceTranslatedAddress: ['source.nat.ip', 'ip'],
    sourceTranslatedPort: ['source.nat.port', 'long'],
    sourceUserId: ['source.user.id', 'keyword'],
    sourceUserName: ['source.user.name', 'keyword'],
    sourceUserPrivileges: ['source.user.group.name', 'keyword'],
    startTime: ['event.start', 'date'],
    transportProtocol: ['network.transport', 'lower']
  } satisfies Record<string, Meaning>)
)
