-- expand: identities, links, persons, opportunities and their stages, tags, traits, consents, vehicles owned
-- Which subject an identity belongs to, for ever. hash: keyed, 16 bytes. label: the id itself; empty for secret kinds.
CREATE TABLE identity (
  kind BIGINT NOT NULL CHECK (kind >= 0), hash BLOB NOT NULL, subject BIGINT NOT NULL, label TEXT NOT NULL, at_us BIGINT NOT NULL,
  PRIMARY KEY (kind, hash)
);
CREATE INDEX identity_subject ON identity (subject, kind);

-- Which person a subject is now; no row: the subject is a person of its own. strong: it has an identity of a strong kind.
CREATE TABLE link (subject BIGINT PRIMARY KEY, person BIGINT NOT NULL, from_us BIGINT NOT NULL, CHECK (person < subject));
CREATE INDEX link_person ON link (person);

-- stage: 0 visitor … 7 advocate. name_vault: 0 unknown. owned: vehicles owned now. follow_us: 0 never followed.
CREATE TABLE person (
  id BIGINT PRIMARY KEY,
  stage BIGINT NOT NULL CHECK (stage BETWEEN 0 AND 7),
  strong BIGINT NOT NULL CHECK (strong IN (0, 1)),
  name_vault BIGINT NOT NULL, phone_vault BIGINT NOT NULL,
  city TEXT NOT NULL, model TEXT NOT NULL, source TEXT NOT NULL,
  created_us BIGINT NOT NULL, seen_us BIGINT NOT NULL,
  follow_us BIGINT NOT NULL, owned BIGINT NOT NULL CHECK (owned >= 0), advocate_us BIGINT NOT NULL
);
CREATE INDEX person_seen ON person (seen_us, id);
CREATE INDEX person_stage ON person (stage, seen_us, id);

-- Person × intended car. phone: keyed hash of the number of its lead, empty when none. contact_us: last two-way contact or lead.
CREATE TABLE opportunity (
  id BIGINT PRIMARY KEY,
  person BIGINT NOT NULL,
  state BIGINT NOT NULL CHECK (state BETWEEN 0 AND 3),
  stage BIGINT NOT NULL CHECK (stage BETWEEN 2 AND 6),
  model TEXT NOT NULL, source TEXT NOT NULL, trigger_kind TEXT NOT NULL, trigger_no BIGINT NOT NULL,
  phone BLOB NOT NULL, touches BIGINT NOT NULL,
  opened_us BIGINT NOT NULL, contact_us BIGINT NOT NULL, closed_us BIGINT NOT NULL, reason TEXT NOT NULL
);
CREATE INDEX opportunity_person ON opportunity (person, opened_us);
CREATE INDEX opportunity_phone ON opportunity (phone, opened_us);
CREATE INDEX opportunity_opened ON opportunity (opened_us);
CREATE INDEX opportunity_idle ON opportunity (state, contact_us);

-- What was reached and what was cancelled, by time: from these alone follows the stage (people/stage.c).
CREATE TABLE opportunity_step (
  opportunity BIGINT NOT NULL, event_no BIGINT NOT NULL, stage BIGINT NOT NULL CHECK (stage BETWEEN 2 AND 6),
  cancelled BIGINT NOT NULL CHECK (cancelled IN (0, 1)), at_us BIGINT NOT NULL,
  PRIMARY KEY (opportunity, event_no)
);

-- Where each opportunity stood from when to when; opportunity 0: stages of the person (follow, owner after sale, advocate).
-- left_us 0: still there.
CREATE TABLE stage_stay (
  person BIGINT NOT NULL, opportunity BIGINT NOT NULL, event_no BIGINT NOT NULL, stage BIGINT NOT NULL,
  entered_us BIGINT NOT NULL, left_us BIGINT NOT NULL,
  PRIMARY KEY (person, opportunity, event_no)
);
CREATE INDEX stage_stay_entered ON stage_stay (stage, entered_us, person);
CREATE INDEX stage_stay_left ON stage_stay (stage, left_us);

CREATE TABLE person_tag (
  person BIGINT NOT NULL, tag TEXT NOT NULL, source TEXT NOT NULL, event_no BIGINT NOT NULL, since_us BIGINT NOT NULL, until_us BIGINT NOT NULL,
  PRIMARY KEY (person, tag)
);
CREATE INDEX person_tag_tag ON person_tag (tag, person);

CREATE TABLE person_trait (
  person BIGINT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, event_no BIGINT NOT NULL, at_us BIGINT NOT NULL,
  PRIMARY KEY (person, name)
);

-- The current state per purpose; its history is the person's consent events.
CREATE TABLE consent (
  person BIGINT NOT NULL, purpose TEXT NOT NULL, given BIGINT NOT NULL CHECK (given IN (0, 1)),
  text_version TEXT NOT NULL, event_no BIGINT NOT NULL, at_us BIGINT NOT NULL,
  PRIMARY KEY (person, purpose)
);

-- Who owned which vehicle from when to when. vehicle: keyed hash of the VIN, or "event:<no>". until_us 0: still.
CREATE TABLE ownership (
  vehicle TEXT NOT NULL, from_us BIGINT NOT NULL, person BIGINT NOT NULL, until_us BIGINT NOT NULL, event_no BIGINT NOT NULL,
  PRIMARY KEY (vehicle, from_us)
);
CREATE INDEX ownership_person ON ownership (person, until_us);
CREATE INDEX ownership_from ON ownership (from_us);
