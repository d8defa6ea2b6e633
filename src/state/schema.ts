// The tables of the state store, as a list of steps: a store made by an older Sluice is brought up to date step by step,
// one made by a newer Sluice is refused. A step that was released is never changed.

import type { DatabaseSync } from 'node:sqlite'
import { SluiceError } from '#errors'

const STEPS: readonly string[] = [
  `CREATE TABLE generation (
     id TEXT PRIMARY KEY,
     pipeline TEXT NOT NULL,
     first_path TEXT NOT NULL,
     path TEXT NOT NULL,
     device_id TEXT NOT NULL,
     inode TEXT NOT NULL,
     birth_ms REAL NOT NULL,
     head_bytes INTEGER NOT NULL,
     head_hash TEXT NOT NULL,
     size INTEGER NOT NULL,
     checkpoint INTEGER NOT NULL,
     is_mid_cut INTEGER NOT NULL,
     proof BLOB NOT NULL,
     id_prefix TEXT NOT NULL,
     sent_through INTEGER NOT NULL DEFAULT 0,
     begun_at TEXT NOT NULL,
     ended_at TEXT
   ) STRICT;
   CREATE INDEX generation_pipeline ON generation (pipeline);
   CREATE TABLE ledger (
     generation TEXT NOT NULL REFERENCES generation (id),
     fate TEXT NOT NULL,
     reason TEXT NOT NULL,
     bytes INTEGER NOT NULL,
     lines INTEGER NOT NULL,
     documents INTEGER NOT NULL,
     PRIMARY KEY (generation, fate, reason)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE forced_end (
     generation TEXT NOT NULL REFERENCES generation (id),
     "offset" INTEGER NOT NULL,
     PRIMARY KEY (generation, "offset")
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE dead_letter (
     id TEXT PRIMARY KEY,
     generation TEXT NOT NULL REFERENCES generation (id),
     pipeline TEXT NOT NULL,
     start INTEGER NOT NULL,
     "end" INTEGER NOT NULL,
     ordinal INTEGER NOT NULL,
     "index" TEXT NOT NULL,
     raw TEXT NOT NULL,
     source TEXT NOT NULL,
     step TEXT NOT NULL,
     status INTEGER NOT NULL,
     type TEXT NOT NULL,
     reason TEXT NOT NULL,
     at TEXT NOT NULL
   ) STRICT;`,
  // What a replay needs beside the line, what became of the other documents of the span, and what the letter takes.
  `ALTER TABLE dead_letter ADD COLUMN marks TEXT NOT NULL DEFAULT '{}';
   ALTER TABLE dead_letter ADD COLUMN span_fate TEXT NOT NULL DEFAULT 'dropped';
   ALTER TABLE dead_letter ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
   UPDATE dead_letter SET bytes = octet_length(raw) + octet_length(source);
   CREATE INDEX dead_letter_span ON dead_letter (generation, start);
   CREATE INDEX dead_letter_bytes ON dead_letter (pipeline, bytes);`,
  "ALTER TABLE generation ADD COLUMN waymarks TEXT NOT NULL DEFAULT '[]'",
  // The encoding of a file where its bytes decided it.
  'ALTER TABLE generation ADD COLUMN encoding TEXT;',
  // Which pipelines this store knows the files of, and the sums of generations that it knows no more.
  `CREATE TABLE pipeline (
     name TEXT PRIMARY KEY,
     known_since TEXT NOT NULL
   ) STRICT;
   INSERT INTO pipeline SELECT pipeline, min(begun_at) FROM generation GROUP BY pipeline;
   CREATE TABLE pruned (
     pipeline TEXT PRIMARY KEY,
     generations INTEGER NOT NULL,
     bytes INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE pruned_ledger (
     pipeline TEXT NOT NULL,
     fate TEXT NOT NULL,
     reason TEXT NOT NULL,
     bytes INTEGER NOT NULL,
     lines INTEGER NOT NULL,
     documents INTEGER NOT NULL,
     PRIMARY KEY (pipeline, fate, reason)
   ) STRICT, WITHOUT ROWID;`,
  // The file that a generation was compressed into.
  `CREATE TABLE archive (
     generation TEXT PRIMARY KEY REFERENCES generation (id) ON DELETE CASCADE,
     path TEXT NOT NULL,
     device_id TEXT NOT NULL,
     inode TEXT NOT NULL,
     birth_ms REAL NOT NULL,
     size INTEGER NOT NULL,
     modified_ms REAL NOT NULL
   ) STRICT, WITHOUT ROWID;`,
  // Where what a file begins with ends that continues a record of the file before, and where that record ends there.
  `ALTER TABLE generation ADD COLUMN joined_to INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE generation ADD COLUMN joined_after TEXT;
   ALTER TABLE generation ADD COLUMN joined_from INTEGER NOT NULL DEFAULT 0;
   CREATE INDEX generation_joined ON generation (joined_after) WHERE joined_after IS NOT NULL;`,
  // The newest index of the destination that was known before what is not settled was first sent.
  'ALTER TABLE generation ADD COLUMN sent_since TEXT',
  // Positions are looked up by what their file is, and those that were followed last by themselves.
  `CREATE INDEX generation_file ON generation (pipeline, device_id, inode);
   CREATE INDEX generation_head ON generation (pipeline, head_bytes, head_hash);
   CREATE INDEX generation_path ON generation (pipeline, first_path);
   CREATE INDEX generation_unended ON generation (pipeline) WHERE ended_at IS NULL;
   DROP INDEX generation_pipeline`,
  // What letters there are is asked often, and their lines and documents are not to be read for that.
  `CREATE INDEX dead_letter_kind ON dead_letter (pipeline, type, at, bytes);
   DROP INDEX dead_letter_bytes`
]

/** Throws E_STATE_VERSION where the store was made by a newer Sluice; returns its version. */
export function checkVersion(database: DatabaseSync, file: string): number {
  const found = Number(database.prepare('PRAGMA user_version').get()?.user_version)
  if (found <= STEPS.length) return found
  throw new SluiceError(
    'E_STATE_VERSION',
    `${file} was made by a newer Sluice: it has version ${found}, and this one knows versions up to ${STEPS.length}`
  )
}

/** Whether an older Sluice made it. Throws E_STATE_VERSION as `checkVersion`. */
export const needsMigration = (database: DatabaseSync, file: string): boolean =>
  checkVersion(database, file) < STEPS.length

/** Brings the store's tables up to date in one transaction. */
export function migrate(database: DatabaseSync, file: string): void {
  const found = checkVersion(database, file)
  if (found === STEPS.length) return
  database.exec('BEGIN IMMEDIATE')
  for (const step of STEPS.slice(found)) database.exec(step)
  database.exec(`PRAGMA user_version = ${STEPS.length}; COMMIT`)
}
