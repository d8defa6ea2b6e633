// A row of the table of generations as the position that it stands for.

import { type Archive, type GenerationId, offset, type Position } from '#record'

/** The rows that positions are made of. */
export const SELECT_POSITIONS = `SELECT generation.*, archive.path AS archive_path, archive.device_id AS archive_device_id,
    archive.inode AS archive_inode, archive.birth_ms AS archive_birth_ms, archive.size AS archive_size,
    archive.modified_ms AS archive_modified_ms
  FROM generation LEFT JOIN archive ON archive.generation = generation.id`

export function toPosition(row: Record<string, unknown>): Position {
  return {
    generation: {
      id: String(row.id) as GenerationId,
      path: String(row.first_path),
      inode: String(row.inode),
      deviceId: String(row.device_id)
    },
    path: String(row.path),
    birthMs: Number(row.birth_ms),
    head: { bytes: Number(row.head_bytes), hash: String(row.head_hash) },
    size: Number(row.size),
    checkpoint: offset(Number(row.checkpoint)),
    isMidCut: row.is_mid_cut === 1,
    proof: row.proof as Uint8Array,
    waymarks: JSON.parse(String(row.waymarks)) as Position['waymarks'],
    ...(row.archive_path !== null && { archive: toArchive(row) }),
    isEnded: row.ended_at !== null
  }
}

function toArchive(row: Record<string, unknown>): Archive {
  return {
    path: String(row.archive_path),
    deviceId: String(row.archive_device_id),
    inode: String(row.archive_inode),
    birthMs: Number(row.archive_birth_ms),
    size: Number(row.archive_size),
    modifiedMs: Number(row.archive_modified_ms)
  }
}
