-- expand: the teller's own tables: head, counters, batch, idempotency
-- head: one row. event_no: last committed event. shipped_no: last event synced in the log. deleted_no: batch rows up to here
-- are gone. last_id, last_us: so that ids and group times never go back. deleted_no <= shipped_no <= event_no.
CREATE TABLE head (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  event_no BIGINT NOT NULL, shipped_no BIGINT NOT NULL, deleted_no BIGINT NOT NULL,
  last_id BIGINT NOT NULL, last_us BIGINT NOT NULL,
  CHECK (deleted_no <= shipped_no AND shipped_no <= event_no)
);
INSERT INTO head (id, event_no, shipped_no, deleted_no, last_id, last_us) VALUES (1, 0, 0, 0, 0, 0);

-- Dense numbers that are never given out twice.
CREATE TABLE counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL);

-- All events of one committed group, until the log holds them durably.
CREATE TABLE batch (
  first_no BIGINT PRIMARY KEY,
  count BIGINT NOT NULL CHECK (count > 0),
  at_us BIGINT NOT NULL,
  body BLOB NOT NULL,
  prints BLOB NOT NULL
);

-- Answers to writes with an Idempotency-Key, kept 24 hours. hash: of caller, route and key. body: of the request's body.
-- kept 0: the answer was too long, only its status is known.
CREATE TABLE idem (
  hour BIGINT NOT NULL, hash BLOB NOT NULL, body BLOB NOT NULL, status BIGINT NOT NULL,
  kept BIGINT NOT NULL CHECK (kept IN (0, 1)), answer BLOB NOT NULL,
  PRIMARY KEY (hour, hash)
);

-- Small facts about this database: brand name, created_us, keys' check values.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
