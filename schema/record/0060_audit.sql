-- expand: audit, a chain of commitments whose payloads can be erased
-- seq: dense from 1. who_kind: 0 nobody, 1 key, 2 staff, 3 person, 4 Lianyi itself. object_id 0: none.
-- commitment: BLAKE2b(salt, payload). chain: BLAKE2b(chain of the line before, this line, commitment); record/audit.c.
CREATE TABLE audit (
  seq BIGINT PRIMARY KEY, id BIGINT NOT NULL, at_us BIGINT NOT NULL,
  who_kind BIGINT NOT NULL CHECK (who_kind BETWEEN 0 AND 4), who_id BIGINT NOT NULL,
  verb TEXT NOT NULL, object TEXT NOT NULL, object_id BIGINT NOT NULL,
  commitment BLOB NOT NULL, chain BLOB NOT NULL
);
CREATE INDEX audit_object ON audit (object, object_id, seq);
CREATE INDEX audit_who ON audit (who_kind, who_id, seq);
CREATE INDEX audit_verb ON audit (verb, seq);
CREATE INDEX audit_at ON audit (at_us, seq);

-- Apart from the chain, so that it can go. No row: erased.
CREATE TABLE audit_payload (seq BIGINT PRIMARY KEY, salt BLOB NOT NULL, payload TEXT NOT NULL);
