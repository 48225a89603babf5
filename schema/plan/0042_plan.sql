-- expand: the tracking plan (which events and properties are expected), its history, and how often what was seen
-- body: the declaration as JSON (plan/plan_api.h, plan_kind_body). base: fingerprint of the playbook's declaration it was taken
-- from; empty when staff made it. A row whose body still has that fingerprint follows the playbook.
CREATE TABLE plan_kind (
  kind BIGINT PRIMARY KEY, version BIGINT NOT NULL, origin TEXT NOT NULL, base TEXT NOT NULL, body TEXT NOT NULL, at_us BIGINT NOT NULL
);
-- Every version there was, the current one too. made_by: staff's id, 0 the playbook, below zero a key's id.
CREATE TABLE plan_version (
  kind BIGINT NOT NULL, version BIGINT NOT NULL, body TEXT NOT NULL, made_by BIGINT NOT NULL, at_us BIGINT NOT NULL,
  PRIMARY KEY (kind, version)
);
-- Context fields that are kept; no row: the default list (plan/plan.c). address: what follows '?' is cut off.
CREATE TABLE plan_context (position BIGINT PRIMARY KEY, path TEXT NOT NULL UNIQUE, address BIGINT NOT NULL CHECK (address IN (0, 1)));
-- Events that had the property, and when the last one came. Written some seconds late; a crash loses what was not yet written.
ALTER TABLE kind_prop ADD COLUMN n BIGINT NOT NULL DEFAULT 0;
ALTER TABLE kind_prop ADD COLUMN last_us BIGINT NOT NULL DEFAULT 0;
-- The same per kind and source (kind 0: kinds that are not in the dictionary).
CREATE TABLE kind_seen (
  kind BIGINT NOT NULL, source BIGINT NOT NULL, stored BIGINT NOT NULL, warned BIGINT NOT NULL, quarantined BIGINT NOT NULL,
  refused BIGINT NOT NULL, last_us BIGINT NOT NULL, PRIMARY KEY (kind, source)
);
-- Health of each source. late: came more than an hour after it happened. skew_us: running mean of received − sent, a clock that
-- is ahead counts below zero; skew_n: how many events said when they were sent.
CREATE TABLE source_seen (
  source BIGINT PRIMARY KEY, stored BIGINT NOT NULL, duplicate BIGINT NOT NULL, warned BIGINT NOT NULL, quarantined BIGINT NOT NULL,
  refused BIGINT NOT NULL, late BIGINT NOT NULL, skew_n BIGINT NOT NULL, skew_us BIGINT NOT NULL, dropped BIGINT NOT NULL,
  last_us BIGINT NOT NULL
);
