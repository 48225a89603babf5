-- expand: what a copy is known again by, and what became of it
-- manifest, keys: BLAKE2b-256 of backup.json and of the file of keys, hexadecimal; empty: made before this was noted. ended_us 0: as far
-- as is known it is still there. ended_how: 1 deleted by us, 2 somebody says so.
ALTER TABLE backup_made ADD COLUMN keys_path TEXT NOT NULL DEFAULT '';
ALTER TABLE backup_made ADD COLUMN manifest TEXT NOT NULL DEFAULT '';
ALTER TABLE backup_made ADD COLUMN keys TEXT NOT NULL DEFAULT '';
ALTER TABLE backup_made ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE backup_made ADD COLUMN ended_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE backup_made ADD COLUMN ended_how BIGINT NOT NULL DEFAULT 0;
ALTER TABLE backup_made ADD COLUMN ended_by TEXT NOT NULL DEFAULT '';
CREATE INDEX backup_made_at ON backup_made (at_us);
CREATE INDEX backup_standing ON backup_made (at_us) WHERE ended_us = 0;
CREATE INDEX erased_at ON erased (at_us, due_us);
