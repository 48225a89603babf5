-- expand: the graded tag library (a declared record), what a tag on a person stands on, and deeds counted towards behaviour tags
CREATE TABLE tag_type (
  id BIGINT PRIMARY KEY, version BIGINT NOT NULL,
  name TEXT NOT NULL UNIQUE, en TEXT NOT NULL,
  class TEXT NOT NULL CHECK (class IN ('audience', 'behaviour', 'fact')),
  family TEXT NOT NULL, level BIGINT NOT NULL CHECK (level BETWEEN 1 AND 9), owner TEXT NOT NULL,
  days BIGINT CHECK (days >= 1), purpose TEXT, sensitive BIGINT NOT NULL CHECK (sensitive IN (0, 1)), note TEXT,
  created_us BIGINT NOT NULL, changed_us BIGINT NOT NULL, archived_us BIGINT NOT NULL
);
CREATE INDEX tag_type_class ON tag_type (class, id);
CREATE INDEX tag_type_family ON tag_type (family, level);
CREATE INDEX tag_type_level ON tag_type (level, id);
CREATE INDEX tag_type_owner ON tag_type (owner, id);

-- Where it came from, how sure it is (percent), when it was last confirmed, and, when staff set it, who and why.
ALTER TABLE person_tag ADD COLUMN origin TEXT NOT NULL DEFAULT 'rule';
ALTER TABLE person_tag ADD COLUMN confidence BIGINT NOT NULL DEFAULT 100;
ALTER TABLE person_tag ADD COLUMN seen_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE person_tag ADD COLUMN staff BIGINT NOT NULL DEFAULT 0;
ALTER TABLE person_tag ADD COLUMN reason TEXT NOT NULL DEFAULT '';
UPDATE person_tag SET seen_us = since_us;

-- Deeds towards a behaviour tag, by local day: how many, and the last event that was one.
CREATE TABLE tag_deed (
  subject BIGINT NOT NULL, tag TEXT NOT NULL, day BIGINT NOT NULL, person BIGINT NOT NULL, n BIGINT NOT NULL, event_no BIGINT NOT NULL,
  PRIMARY KEY (subject, tag, day)
);
CREATE INDEX tag_deed_person ON tag_deed (person, tag, day);
