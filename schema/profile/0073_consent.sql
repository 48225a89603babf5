-- expand: purposes of consent a brand added, the texts in their versions, and every word said
-- Beside the built-in ones (people/consent.h). channel: reaches the person. named: holds for a named company only (purpose:company).
CREATE TABLE consent_purpose (
  key TEXT PRIMARY KEY, zh TEXT NOT NULL, en TEXT NOT NULL, channel BIGINT NOT NULL CHECK (channel IN (0, 1)),
  named BIGINT NOT NULL CHECK (named IN (0, 1)), position BIGINT NOT NULL
);

-- What somebody agrees to, word for word; never changed. hash: BLAKE2b-256 of both texts.
CREATE TABLE consent_text (
  purpose TEXT NOT NULL, version TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL, hash TEXT NOT NULL,
  at_us BIGINT NOT NULL, staff BIGINT NOT NULL,
  PRIMARY KEY (purpose, version)
);

-- place: where it was said (form, app, store, call …). A word is kept also when another one counts.
ALTER TABLE consent ADD COLUMN place TEXT NOT NULL DEFAULT '';
CREATE TABLE consent_word (
  subject BIGINT NOT NULL, purpose TEXT NOT NULL, event_no BIGINT NOT NULL, person BIGINT NOT NULL,
  given BIGINT NOT NULL CHECK (given IN (0, 1)), text_version TEXT NOT NULL, place TEXT NOT NULL, at_us BIGINT NOT NULL,
  PRIMARY KEY (subject, purpose, event_no)
);
CREATE INDEX consent_word_person ON consent_word (person, at_us);
INSERT INTO consent_word (subject, purpose, event_no, person, given, text_version, place, at_us)
  SELECT subject, purpose, event_no, person, given, text_version, '', at_us FROM consent;
