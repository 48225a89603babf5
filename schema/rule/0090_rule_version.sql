-- expand: versions of rules, who changed them and when, and what the playbook says of each now
-- change: rule_change. state: rule_state. by_kind: caller_kind; by_name empty: not known (from before versions were kept).
CREATE TABLE rule_version (
  rule BIGINT NOT NULL, version BIGINT NOT NULL, change BIGINT NOT NULL CHECK (change BETWEEN 0 AND 4),
  state BIGINT NOT NULL CHECK (state BETWEEN 0 AND 2), body TEXT NOT NULL,
  by_kind BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL, at_us BIGINT NOT NULL,
  PRIMARY KEY (rule, version)
);
-- Empty: the playbook has no such rule.
ALTER TABLE rule ADD COLUMN book TEXT NOT NULL DEFAULT '';
UPDATE rule SET book = body WHERE origin = 'playbook';
