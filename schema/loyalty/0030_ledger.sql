-- expand: the ledger: units, reasons, accounts, entries, holds, lots. docs/reference/ledger.md
-- What is counted. expires_months 0: never. lots 1: people's balances are kept by month of posting. person_floor: how far a
-- reversal may take a person. fen_per_10: worth of ten of it, for the liability; redeem_percent: how much of it is expected to be used.
CREATE TABLE unit (
  code TEXT PRIMARY KEY, zh TEXT NOT NULL, en TEXT NOT NULL,
  expires_months BIGINT NOT NULL CHECK (expires_months BETWEEN 0 AND 1200),
  lots BIGINT NOT NULL CHECK (lots IN (0, 1)),
  person_floor BIGINT NOT NULL CHECK (person_floor <= 0),
  fen_per_10 BIGINT NOT NULL CHECK (fen_per_10 >= 0),
  redeem_percent BIGINT NOT NULL CHECK (redeem_percent BETWEEN 0 AND 100),
  CHECK (lots = 1 OR expires_months = 0)
);
INSERT INTO unit (code, zh, en, expires_months, lots, person_floor, fen_per_10, redeem_percent) VALUES
  ('points', '积分', 'Points', 24, 1, -2000, 100, 85),
  ('growth', '成长值', 'Growth', 0, 0, 0, 0, 0),
  ('money', '金额（分）', 'Money (fen)', 0, 0, 0, 10, 100);

-- Why value moves. issuer: the budget that pays. expires_months -1: as the unit says, 0: never.
CREATE TABLE reason (
  code TEXT NOT NULL, unit TEXT NOT NULL REFERENCES unit (code), issuer TEXT NOT NULL,
  expires_months BIGINT NOT NULL CHECK (expires_months BETWEEN -1 AND 1200),
  zh TEXT NOT NULL, en TEXT NOT NULL, doc TEXT NOT NULL,
  PRIMARY KEY (code, unit)
);

-- owner: the person it belongs to now (people join and split; entries never change). opened_for: the subject it was opened for.
-- Both 0 for budgets and system accounts. Balance = credited - debited.
CREATE TABLE account (
  id BIGINT PRIMARY KEY,
  unit TEXT NOT NULL REFERENCES unit (code),
  owner_kind TEXT NOT NULL CHECK (owner_kind IN ('person', 'issuer', 'system')),
  owner BIGINT NOT NULL, opened_for BIGINT NOT NULL, name TEXT NOT NULL,
  floor BIGINT NOT NULL, closed BIGINT NOT NULL CHECK (closed IN (0, 1)),
  credited BIGINT NOT NULL CHECK (credited >= 0), debited BIGINT NOT NULL CHECK (debited >= 0),
  held_in BIGINT NOT NULL CHECK (held_in >= 0), held_out BIGINT NOT NULL CHECK (held_out >= 0),
  opened_us BIGINT NOT NULL,
  CHECK ((owner_kind = 'person') = (owner > 0) AND (owner_kind = 'person') = (opened_for > 0))
);
CREATE UNIQUE INDEX account_natural ON account (opened_for, unit, owner_kind, name);
CREATE INDEX account_owner ON account (owner, unit) WHERE owner > 0;
CREATE INDEX account_house ON account (unit, id) WHERE owner = 0;

-- Never updated, never deleted. print: of its contents. group_id: id of the first entry of one posting. reverses, hold: 0 none.
-- debit_after, credit_after: the two balances right after it.
CREATE TABLE entry (
  id BIGINT PRIMARY KEY, key TEXT NOT NULL, print BLOB NOT NULL, group_id BIGINT NOT NULL,
  debit BIGINT NOT NULL, credit BIGINT NOT NULL CHECK (credit <> debit),
  amount BIGINT NOT NULL CHECK (amount > 0), reason TEXT NOT NULL,
  reverses BIGINT NOT NULL, hold BIGINT NOT NULL, cause_no BIGINT NOT NULL, made_by TEXT NOT NULL, at_us BIGINT NOT NULL,
  debit_after BIGINT NOT NULL, credit_after BIGINT NOT NULL
);
CREATE UNIQUE INDEX entry_key ON entry (key);
CREATE INDEX entry_debit ON entry (debit, id);
CREATE INDEX entry_credit ON entry (credit, id);
CREATE UNIQUE INDEX entry_reverses ON entry (reverses) WHERE reverses <> 0;

-- Amount reserved until it is posted or given back. deadline_us 0: none.
CREATE TABLE hold (
  id BIGINT PRIMARY KEY, key TEXT NOT NULL, print BLOB NOT NULL,
  debit BIGINT NOT NULL, credit BIGINT NOT NULL, amount BIGINT NOT NULL CHECK (amount > 0), reason TEXT NOT NULL,
  deadline_us BIGINT NOT NULL, cause_no BIGINT NOT NULL, made_by TEXT NOT NULL, at_us BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'posted', 'void', 'expired')),
  entry BIGINT NOT NULL, ended_us BIGINT NOT NULL,
  CHECK ((state = 'posted') = (entry <> 0) AND (state = 'open') = (ended_us = 0))
);
CREATE UNIQUE INDEX hold_key ON hold (key);
CREATE INDEX hold_due ON hold (deadline_us, id) WHERE state = 'open' AND deadline_us > 0;
CREATE INDEX hold_debit ON hold (debit, id) WHERE state = 'open';
CREATE INDEX hold_credit ON hold (credit, id) WHERE state = 'open';

-- What is left of what was posted in a month (vintage: year * 12 + month - 1). expires_us: when it is gone; 2^53 - 1: never.
-- An empty lot is deleted. Of every account with lots the sum is the balance, or 0 while that is below zero.
CREATE TABLE lot (
  account BIGINT NOT NULL, vintage BIGINT NOT NULL, expires_us BIGINT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0),
  PRIMARY KEY (account, vintage, expires_us)
);
CREATE INDEX lot_due ON lot (expires_us, account, vintage);

-- Which lots an entry took from, so that a reversal gives them back.
CREATE TABLE entry_lot (
  entry BIGINT NOT NULL, vintage BIGINT NOT NULL, expires_us BIGINT NOT NULL, amount BIGINT NOT NULL CHECK (amount > 0),
  PRIMARY KEY (entry, vintage, expires_us)
);

-- Where the expiry of lots goes on. One row.
CREATE TABLE lot_cursor (
  id BIGINT PRIMARY KEY CHECK (id = 1), expires_us BIGINT NOT NULL, account BIGINT NOT NULL, vintage BIGINT NOT NULL
);
INSERT INTO lot_cursor (id, expires_us, account, vintage) VALUES (1, 0, 0, 0);
