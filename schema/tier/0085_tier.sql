-- expand: tiers of users: named ladders of levels, who stands where, and how they came there
-- body: the ladder as it is now (src/tier/tier_api.h: tier_body). looked_at: people up to this id were looked at since it last changed;
-- those of the end are told by last_id. moved: how many of them changed their level.
CREATE TABLE tier_ladder (
  key TEXT PRIMARY KEY, version BIGINT NOT NULL, position BIGINT NOT NULL, body TEXT NOT NULL, changed_us BIGINT NOT NULL,
  looked_at BIGINT NOT NULL, last_id BIGINT NOT NULL, moved BIGINT NOT NULL
);
CREATE TABLE tier_version (
  key TEXT NOT NULL, version BIGINT NOT NULL, body TEXT NOT NULL, at_us BIGINT NOT NULL, staff BIGINT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (key, version)
);

-- Derived (src/tier/tier_settle.c). The row whose subject is the person itself counts; level '': left the ladder.
-- branch: which alternative of the level's condition held; -1: the condition as a whole.
CREATE TABLE person_tier (
  subject BIGINT NOT NULL, ladder TEXT NOT NULL, person BIGINT NOT NULL, level TEXT NOT NULL, since_us BIGINT NOT NULL,
  version BIGINT NOT NULL, branch BIGINT NOT NULL, cause_no BIGINT NOT NULL,
  PRIMARY KEY (subject, ladder)
);
CREATE INDEX person_tier_person ON person_tier (person);
CREATE INDEX person_tier_level ON person_tier (ladder, level, subject);

-- Every move. event_no: the event tier.moved; cause_no: the event after which it was found; 0: the ladder was changed, or rows moved.
CREATE TABLE tier_move (
  subject BIGINT NOT NULL, ladder TEXT NOT NULL, event_no BIGINT NOT NULL, person BIGINT NOT NULL, level TEXT NOT NULL, at_us BIGINT NOT NULL,
  version BIGINT NOT NULL, branch BIGINT NOT NULL, cause_no BIGINT NOT NULL,
  PRIMARY KEY (subject, ladder, event_no)
);
CREATE INDEX tier_move_person ON tier_move (person, ladder, at_us);
CREATE INDEX tier_move_day ON tier_move (ladder, at_us);
