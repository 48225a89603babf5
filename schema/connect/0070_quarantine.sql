-- expand: quarantine: events that do not fit the tracking plan or its limits, kept to be mended and replayed
-- state: 0 waiting, 1 to be replayed, 2 replayed, 3 discarded (2 and 3 have no body any more; they say what became of it).
-- print: fingerprint of source and message id, null without one. body: connect/quarantine_code.c; personal data sealed.
-- code, field, detail: why. event_no: its number once replayed.
CREATE TABLE quarantine (
  id BIGINT PRIMARY KEY, state BIGINT NOT NULL CHECK (state BETWEEN 0 AND 3), print BLOB UNIQUE, source BIGINT NOT NULL,
  kind TEXT NOT NULL, code TEXT NOT NULL, field TEXT NOT NULL, detail TEXT NOT NULL, message_id TEXT NOT NULL, body BLOB NOT NULL,
  event_no BIGINT NOT NULL, version BIGINT NOT NULL, time_us BIGINT NOT NULL, at_us BIGINT NOT NULL
);
CREATE INDEX quarantine_state ON quarantine (state, id);
CREATE INDEX quarantine_kind ON quarantine (kind, state, id);
CREATE INDEX quarantine_source ON quarantine (source, state, id);
CREATE INDEX quarantine_age ON quarantine (at_us);
-- Whom they name, so that a person's rows are found and erased: kind and hash as in `identity`.
CREATE TABLE quarantine_identity (
  id BIGINT NOT NULL, kind BIGINT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (id, kind)
);
CREATE INDEX quarantine_identity_hash ON quarantine_identity (hash, kind);
