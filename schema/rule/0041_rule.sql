-- expand: rules, what they did, and when they are to look again
CREATE TABLE rule (
  id BIGINT PRIMARY KEY, key TEXT NOT NULL UNIQUE, version BIGINT NOT NULL, position BIGINT NOT NULL,
  state BIGINT NOT NULL CHECK (state BETWEEN 0 AND 2), origin TEXT NOT NULL, body TEXT NOT NULL, at_us BIGINT NOT NULL
);

-- Exactly one row per (cause, rule, place in the rule): an effect happens once.
CREATE TABLE effect (
  cause BIGINT NOT NULL, rule BIGINT NOT NULL, place BIGINT NOT NULL, kind TEXT NOT NULL,
  outcome BIGINT NOT NULL CHECK (outcome BETWEEN 0 AND 3), detail TEXT NOT NULL, person BIGINT NOT NULL, at_us BIGINT NOT NULL,
  PRIMARY KEY (cause, rule, place)
);
CREATE INDEX effect_failed ON effect (cause) WHERE outcome >= 2;

-- once: per person (scope empty) or per value of a property (person 0, scope the value).
CREATE TABLE rule_once (
  rule BIGINT NOT NULL, person BIGINT NOT NULL, scope TEXT NOT NULL, at_us BIGINT NOT NULL, event_no BIGINT NOT NULL,
  PRIMARY KEY (rule, person, scope)
);
CREATE INDEX rule_once_person ON rule_once (person);
-- cap: how often in a period (its first local day, negative months).
CREATE TABLE rule_count (rule BIGINT NOT NULL, person BIGINT NOT NULL, period BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (rule, person, period));
CREATE INDEX rule_count_person ON rule_count (person);

-- Moments to come. kind names who handles it (rule/timers.h); ref and payload are that module's. Done rows are deleted.
CREATE TABLE timer (
  due_us BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT NOT NULL, ref BIGINT NOT NULL, tries BIGINT NOT NULL, payload BLOB NOT NULL,
  PRIMARY KEY (due_us, id)
);
CREATE INDEX timer_ref ON timer (kind, ref);
