-- expand: shadow mode: what rules would have done; claims of "once" and caps under the rule's negative id keep their own books
-- One row per rule, source and kind of effect. outcome: ring_outcome. amount: points, in all.
CREATE TABLE shadow_count (
  rule BIGINT NOT NULL, source BIGINT NOT NULL, kind TEXT NOT NULL, outcome BIGINT NOT NULL CHECK (outcome BETWEEN 0 AND 3),
  n BIGINT NOT NULL, amount BIGINT NOT NULL, first_us BIGINT NOT NULL, last_us BIGINT NOT NULL,
  PRIMARY KEY (rule, source, kind, outcome)
);
-- The effects one by one, the first 2,000 of each row above, for 30 days. by_key: the rule whose effect it is, which a chain may
-- have woken. event_no: the event that woke the rule.
CREATE TABLE shadow_effect (
  id BIGINT PRIMARY KEY, rule BIGINT NOT NULL, source BIGINT NOT NULL, event_no BIGINT NOT NULL, subject BIGINT NOT NULL, person BIGINT NOT NULL,
  by_key TEXT NOT NULL, kind TEXT NOT NULL, outcome BIGINT NOT NULL CHECK (outcome BETWEEN 0 AND 3),
  what TEXT NOT NULL, why TEXT NOT NULL, amount BIGINT NOT NULL, due_us BIGINT NOT NULL, at_us BIGINT NOT NULL
);
CREATE INDEX shadow_effect_rule ON shadow_effect (rule, id);
CREATE INDEX shadow_effect_source ON shadow_effect (source, id);
CREATE INDEX shadow_effect_subject ON shadow_effect (subject);
CREATE INDEX shadow_effect_person ON shadow_effect (person, id);
CREATE INDEX shadow_effect_age ON shadow_effect (at_us);
CREATE INDEX rule_once_shadow ON rule_once (rule) WHERE rule < 0;
CREATE INDEX rule_count_shadow ON rule_count (rule) WHERE rule < 0;
-- base: fingerprint of the playbook's body the rule was taken from; a body that still has it follows the playbook.
ALTER TABLE rule ADD COLUMN base TEXT NOT NULL DEFAULT '';
