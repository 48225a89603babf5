-- expand: staff, their sessions, and API keys
-- password: an argon2id string of libsodium. A closed account keeps its row: others point to it.
CREATE TABLE staff (
  id BIGINT PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('head', 'operator', 'lead_agent', 'advisor', 'desk', 'dpo', 'auditor')),
  state TEXT NOT NULL CHECK (state IN ('active', 'closed')),
  password TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_us BIGINT NOT NULL
);

-- hash: keyed, of the token in the cookie; the token itself is nowhere. seen_us moves at most every 5 minutes.
CREATE TABLE staff_session (
  id BIGINT PRIMARY KEY,
  staff_id BIGINT NOT NULL REFERENCES staff (id),
  hash BLOB NOT NULL UNIQUE,
  created_us BIGINT NOT NULL,
  seen_us BIGINT NOT NULL
);
CREATE INDEX staff_session_by_staff ON staff_session (staff_id);

-- hash: keyed, of the key; tail: its last four characters, to tell keys apart. source: the number events of an ingest key carry,
-- dense from 1, never given twice; 0 for keys that send none. revoked_us 0: in use.
CREATE TABLE api_key (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('ingest', 'read', 'write', 'admin')),
  hash BLOB NOT NULL UNIQUE,
  tail TEXT NOT NULL,
  source BIGINT NOT NULL,
  effects TEXT NOT NULL CHECK (effects IN ('all', 'quiet', 'none')),
  created_us BIGINT NOT NULL,
  revoked_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX api_key_by_source ON api_key (source) WHERE source > 0;
