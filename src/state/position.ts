// A row of the table of generations as the position that it stands for.

import { type GenerationId, offset, type Position } from '#record'

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
    isEnded: row.ended_at !== null
  }
}
