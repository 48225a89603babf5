-- expand: tags and deeds that were taken away, so that they come back when who took them away turns out to have been somebody else
-- by_subject, gone_us: of the event that took them away. whole: from all the person's subjects, else only the one it came with.
CREATE TABLE tag_gone (
  subject BIGINT NOT NULL, tag TEXT NOT NULL, gone_us BIGINT NOT NULL, person BIGINT NOT NULL, by_subject BIGINT NOT NULL,
  whole BIGINT NOT NULL CHECK (whole IN (0, 1)),
  source TEXT NOT NULL, event_no BIGINT NOT NULL, since_us BIGINT NOT NULL, until_us BIGINT NOT NULL, origin TEXT NOT NULL,
  confidence BIGINT NOT NULL, seen_us BIGINT NOT NULL, staff BIGINT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (subject, tag, gone_us)
);
CREATE INDEX tag_gone_by ON tag_gone (by_subject, gone_us);
CREATE INDEX tag_gone_person ON tag_gone (person);
CREATE TABLE tag_deed_gone (
  subject BIGINT NOT NULL, tag TEXT NOT NULL, day BIGINT NOT NULL, gone_us BIGINT NOT NULL, person BIGINT NOT NULL, by_subject BIGINT NOT NULL,
  n BIGINT NOT NULL, event_no BIGINT NOT NULL,
  PRIMARY KEY (subject, tag, day, gone_us)
);
CREATE INDEX tag_deed_gone_by ON tag_deed_gone (by_subject, gone_us);
CREATE INDEX tag_deed_gone_person ON tag_deed_gone (person);
