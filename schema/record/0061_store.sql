-- expand: stores and campaigns, the first declared records (src/record/kinds.c)
-- Columns every record has: id, version, created_us, changed_us, archived_us (0: in use). Enums hold their labels.
CREATE TABLE store (
  id BIGINT PRIMARY KEY, version BIGINT NOT NULL,
  code TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('house', 'space', 'delivery', 'service', 'popup', 'dealer')),
  city TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('planned', 'open', 'closed')),
  opened TEXT,
  owner TEXT NOT NULL CHECK (owner IN ('direct', 'partner', 'dealer')),
  address TEXT, capacity BIGINT CHECK (capacity >= 0),
  created_us BIGINT NOT NULL, changed_us BIGINT NOT NULL, archived_us BIGINT NOT NULL
);
CREATE INDEX store_name ON store (name, id);
CREATE INDEX store_kind ON store (kind, id);
CREATE INDEX store_owner ON store (owner, id);
CREATE INDEX store_city ON store (city, id);
CREATE INDEX store_state ON store (state, id);

CREATE TABLE campaign (
  id BIGINT PRIMARY KEY, version BIGINT NOT NULL,
  code TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('planned', 'running', 'ended')),
  starts_us BIGINT NOT NULL, ends_us BIGINT NOT NULL,
  store BIGINT, budget_fen BIGINT NOT NULL CHECK (budget_fen >= 0),
  goal TEXT, paid BIGINT CHECK (paid IN (0, 1)),
  created_us BIGINT NOT NULL, changed_us BIGINT NOT NULL, archived_us BIGINT NOT NULL
);
CREATE INDEX campaign_state ON campaign (state, id);
CREATE INDEX campaign_starts ON campaign (starts_us, id);
CREATE INDEX campaign_store ON campaign (store, id);
CREATE INDEX campaign_budget ON campaign (budget_fen, id);

-- An import that was accepted and is being written, slice by slice; each slice is a small CSV of its own and is deleted in the
-- operation that writes its rows, so that a restart goes on where it stopped.
CREATE TABLE record_import (
  id BIGINT PRIMARY KEY, record TEXT NOT NULL, at_us BIGINT NOT NULL, who_kind BIGINT NOT NULL, who_id BIGINT NOT NULL,
  rows BIGINT NOT NULL, written BIGINT NOT NULL, refused BIGINT NOT NULL
);
CREATE TABLE record_import_slice (import BIGINT NOT NULL, place BIGINT NOT NULL, csv TEXT NOT NULL, PRIMARY KEY (import, place));
