-- expand: a key's events may be tried in shadow: rules run, nothing of what they do stays
CREATE TABLE api_key_next (
  id BIGINT PRIMARY KEY, name TEXT NOT NULL, scope TEXT NOT NULL CHECK (scope IN ('ingest', 'read', 'write', 'admin')),
  hash BLOB NOT NULL UNIQUE, tail TEXT NOT NULL, source BIGINT NOT NULL,
  effects TEXT NOT NULL CHECK (effects IN ('all', 'quiet', 'none', 'shadow')), created_us BIGINT NOT NULL, revoked_us BIGINT NOT NULL
);
INSERT INTO api_key_next (id, name, scope, hash, tail, source, effects, created_us, revoked_us)
  SELECT id, name, scope, hash, tail, source, effects, created_us, revoked_us FROM api_key;
DROP TABLE api_key;
ALTER TABLE api_key_next RENAME TO api_key;
CREATE UNIQUE INDEX api_key_by_source ON api_key (source) WHERE source > 0;
