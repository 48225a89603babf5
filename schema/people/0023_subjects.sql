-- expand: rows about a person have a home (subject) and say who that is now (person); identities have a time; joins have evidence
-- docs/decisions/identity.md says why. Unique keys are led by subject: no row is merged or dropped when persons are joined.

-- One subject per identity and time. from_us 0: since ever; until_us 0: still. label: the id itself; empty for secret kinds.
-- Periods of one identity follow each other without a gap.
CREATE TABLE identity_next (
  kind BIGINT NOT NULL CHECK (kind >= 0), hash BLOB NOT NULL, from_us BIGINT NOT NULL, until_us BIGINT NOT NULL,
  subject BIGINT NOT NULL, label TEXT NOT NULL, source TEXT NOT NULL, at_us BIGINT NOT NULL, seen_us BIGINT NOT NULL,
  PRIMARY KEY (kind, hash, from_us)
);
INSERT INTO identity_next (kind, hash, from_us, until_us, subject, label, source, at_us, seen_us)
  SELECT i.kind, i.hash, 0, 0, i.subject, i.label, COALESCE(p.source, ''), i.at_us, COALESCE(p.seen_us, i.at_us)
  FROM identity i LEFT JOIN person p ON p.id = i.subject;
DROP TABLE identity;
ALTER TABLE identity_next RENAME TO identity;
CREATE UNIQUE INDEX identity_subject ON identity (subject);
CREATE INDEX identity_handed ON identity (until_us) WHERE until_us > 0;

-- Why two subjects are one person. Those that have not ended are a spanning forest over the subjects: a person is a tree of it.
-- why: identity, alias, staff, import. kind: of the identity that was the evidence, -1 none. confidence: percent.
CREATE TABLE edge (
  id BIGINT PRIMARY KEY, one BIGINT NOT NULL, other BIGINT NOT NULL, why TEXT NOT NULL, kind BIGINT NOT NULL,
  confidence BIGINT NOT NULL CHECK (confidence BETWEEN 1 AND 100), source TEXT NOT NULL, event_no BIGINT NOT NULL,
  at_us BIGINT NOT NULL, made_by TEXT NOT NULL, job BIGINT NOT NULL, ended_us BIGINT NOT NULL, ended_by TEXT NOT NULL
);
INSERT INTO edge (id, one, other, why, kind, confidence, source, event_no, at_us, made_by, job, ended_us, ended_by)
  SELECT subject, subject, person, 'identity', -1, 90, '', 0, from_us, '', 0, 0, '' FROM link;
CREATE INDEX edge_one ON edge (one, ended_us);
CREATE INDEX edge_other ON edge (other, ended_us);
CREATE INDEX edge_job ON edge (job) WHERE job > 0;

-- until_us: since when the value is not theirs any more (a phone handed on); 0: it is.
ALTER TABLE vault ADD COLUMN until_us BIGINT NOT NULL DEFAULT 0;

ALTER TABLE opportunity ADD COLUMN subject BIGINT NOT NULL DEFAULT 0;
UPDATE opportunity SET subject = person;
CREATE INDEX opportunity_subject ON opportunity (subject);

CREATE TABLE stage_stay_next (
  subject BIGINT NOT NULL, person BIGINT NOT NULL, opportunity BIGINT NOT NULL, event_no BIGINT NOT NULL, stage BIGINT NOT NULL,
  entered_us BIGINT NOT NULL, left_us BIGINT NOT NULL,
  PRIMARY KEY (subject, opportunity, event_no)
);
INSERT INTO stage_stay_next (subject, person, opportunity, event_no, stage, entered_us, left_us)
  SELECT person, person, opportunity, event_no, stage, entered_us, left_us FROM stage_stay;
DROP TABLE stage_stay;
ALTER TABLE stage_stay_next RENAME TO stage_stay;
CREATE INDEX stage_stay_person ON stage_stay (person, opportunity, entered_us);
CREATE INDEX stage_stay_entered ON stage_stay (stage, entered_us, person);
CREATE INDEX stage_stay_left ON stage_stay (stage, left_us);

CREATE TABLE person_tag_next (
  subject BIGINT NOT NULL, tag TEXT NOT NULL, person BIGINT NOT NULL, source TEXT NOT NULL, event_no BIGINT NOT NULL,
  since_us BIGINT NOT NULL, until_us BIGINT NOT NULL,
  PRIMARY KEY (subject, tag)
);
INSERT INTO person_tag_next (subject, tag, person, source, event_no, since_us, until_us)
  SELECT person, tag, person, source, event_no, since_us, until_us FROM person_tag;
DROP TABLE person_tag;
ALTER TABLE person_tag_next RENAME TO person_tag;
CREATE INDEX person_tag_person ON person_tag (person, tag);
CREATE INDEX person_tag_tag ON person_tag (tag, person);

CREATE TABLE person_trait_next (
  subject BIGINT NOT NULL, name TEXT NOT NULL, person BIGINT NOT NULL, value TEXT NOT NULL, event_no BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  PRIMARY KEY (subject, name)
);
INSERT INTO person_trait_next (subject, name, person, value, event_no, at_us)
  SELECT person, name, person, value, event_no, at_us FROM person_trait;
DROP TABLE person_trait;
ALTER TABLE person_trait_next RENAME TO person_trait;
CREATE INDEX person_trait_person ON person_trait (person, name, at_us);

-- answered: a refusal that the same person later took back, by the subject who said so; 0: it stands.
CREATE TABLE consent_next (
  subject BIGINT NOT NULL, purpose TEXT NOT NULL, person BIGINT NOT NULL, given BIGINT NOT NULL CHECK (given IN (0, 1)),
  text_version TEXT NOT NULL, event_no BIGINT NOT NULL, at_us BIGINT NOT NULL, answered BIGINT NOT NULL,
  PRIMARY KEY (subject, purpose)
);
INSERT INTO consent_next (subject, purpose, person, given, text_version, event_no, at_us, answered)
  SELECT person, purpose, person, given, text_version, event_no, at_us, 0 FROM consent;
DROP TABLE consent;
ALTER TABLE consent_next RENAME TO consent;
CREATE INDEX consent_person ON consent (person, purpose);

ALTER TABLE ownership ADD COLUMN subject BIGINT NOT NULL DEFAULT 0;
UPDATE ownership SET subject = person;
CREATE INDEX ownership_subject ON ownership (subject);

ALTER TABLE promised ADD COLUMN subject BIGINT NOT NULL DEFAULT 0;
UPDATE promised SET subject = person;
CREATE INDEX promised_subject ON promised (subject);
