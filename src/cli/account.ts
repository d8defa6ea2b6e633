// One generation's account: the fates of its bytes held against its checkpoint, and its sum against the file on disk.

import type { Fate } from '#record'
import type { Whereabouts } from '#source'
import type { Audited } from '#state'

export interface AuditRow {
  readonly generation: string
  readonly pipeline: string
  /** Where the file is now, or where it was last seen. */
  readonly path: string
  readonly isEnded: boolean
  /** Size when it was last seen by the shipper. */
  readonly size: number
  readonly checkpoint: number
  /** Bytes that the shipper has seen and that are not behind the checkpoint. */
  readonly pending: number
  /** Bytes on disk behind those that the shipper has seen. */
  readonly unread: number
  readonly documents: number
  /** Of these, those delivered without a field that did not fit. */
  readonly rescued: number
  /** Of these, those that may be there twice, as it could not be looked up. */
  readonly possiblyDoubled: number
  readonly acked: number
  readonly deadLettered: number
  readonly dropped: number
  readonly skipped: number
  readonly lost: number
  /** Whether the fates add up to the checkpoint. */
  readonly isBalanced: boolean
  /** Reasons by fate. */
  readonly reasons: Readonly<Record<string, string>>
  readonly onDisk: Whereabouts
}

export function accountOf({ pipeline, position, endedAt, shares }: Audited, onDisk: Whereabouts): AuditRow {
  const { generation, size, checkpoint } = position
  const bytes: Record<Fate, number> = { acked: 0, deadLettered: 0, dropped: 0, skipped: 0, lost: 0 }
  const reasons: Record<string, string> = {}
  const documentsOf = (reason?: string) =>
    shares.reduce((sum, { fate, reason: why, documents }) => {
      return fate === 'acked' && (reason ?? why) === why ? sum + documents : sum
    }, 0)
  for (const share of shares) {
    bytes[share.fate] += share.bytes
    if (share.reason !== '') reasons[share.fate] = [reasons[share.fate], share.reason].filter(Boolean).join(', ')
  }
  const sum = bytes.acked + bytes.deadLettered + bytes.dropped + bytes.skipped + bytes.lost
  const seen = Math.max(size, checkpoint)
  return {
    generation: generation.id,
    pipeline,
    path: onDisk.kind === 'gone' ? position.path : onDisk.path,
    isEnded: endedAt !== undefined,
    size,
    checkpoint,
    pending: seen - checkpoint,
    unread: onDisk.kind === 'found' ? Math.max(0, onDisk.size - seen) : 0,
    documents: documentsOf(),
    rescued: documentsOf('rescued'),
    possiblyDoubled: documentsOf('possiblyDoubled'),
    ...bytes,
    isBalanced: sum === checkpoint,
    reasons,
    onDisk
  }
}

/** How the file on disk compares with the account, in a few words. */
export function onDiskText({ onDisk, unread, pending }: AuditRow): string {
  switch (onDisk.kind) {
    case 'found':
      return unread > 0 ? `${unread} unread` : pending > 0 ? 'read' : 'all settled'
    case 'truncated':
      return `truncated to ${onDisk.size}`
    case 'rewritten':
      return 'another text'
    case 'unreadable':
      return 'unreadable'
    case 'gone':
      return 'gone'
  }
}

/** What became of pending bytes that the path leads to no longer; undefined where they can still be read. */
export function outOfReach({ isEnded, pending, path, onDisk }: AuditRow): string | undefined {
  if (isEnded || pending === 0) return undefined
  switch (onDisk.kind) {
    case 'found':
      return undefined
    case 'truncated':
      return `${path} was truncated to ${onDisk.size} bytes with ${pending} bytes pending`
    case 'rewritten':
      return `${path} has another text now, and ${pending} bytes of the one before are pending`
    case 'unreadable':
      return `${path} cannot be opened, and ${pending} bytes of it are pending: ${onDisk.reason}`
    case 'gone':
      return `${path} is gone with ${pending} bytes pending`
  }
}
