-- expand: requests about personal data, who was erased, what must be kept meanwhile, backups made
-- kind: 0 export, 1 erase. state: 0 asked, 1 refused, 2 granted, 3 done, 4 expired. until_us: an export must be fetched before.
-- erased_rows, erased_events: what an erasure took. Kept when the person is erased, without its texts: that the request was
-- answered in time has to be shown.
CREATE TABLE privacy_request (
  id BIGINT PRIMARY KEY, version BIGINT NOT NULL,
  kind BIGINT NOT NULL CHECK (kind BETWEEN 0 AND 1), state BIGINT NOT NULL CHECK (state BETWEEN 0 AND 4),
  subject BIGINT NOT NULL, person BIGINT NOT NULL, reason TEXT NOT NULL, answer TEXT NOT NULL,
  asked_us BIGINT NOT NULL, asked_kind BIGINT NOT NULL, asked_by BIGINT NOT NULL, asked_name TEXT NOT NULL, due_us BIGINT NOT NULL,
  decided_us BIGINT NOT NULL, decided_name TEXT NOT NULL, until_us BIGINT NOT NULL, done_us BIGINT NOT NULL,
  erased_rows BIGINT NOT NULL, erased_events BIGINT NOT NULL
);
CREATE INDEX privacy_request_state ON privacy_request (state, due_us, id);
CREATE INDEX privacy_request_due ON privacy_request (due_us, id);
CREATE INDEX privacy_request_person ON privacy_request (person, id);
CREATE INDEX privacy_request_subject ON privacy_request (subject);

-- What forbids an erasure for a time: a dispute, a recall, a claim. ended_us 0: it still does.
CREATE TABLE privacy_hold (
  id BIGINT PRIMARY KEY, subject BIGINT NOT NULL, person BIGINT NOT NULL, reason TEXT NOT NULL,
  set_us BIGINT NOT NULL, set_name TEXT NOT NULL, ended_us BIGINT NOT NULL, ended_name TEXT NOT NULL
);
CREATE INDEX privacy_hold_person ON privacy_hold (person, ended_us);
CREATE INDEX privacy_hold_subject ON privacy_hold (subject);

-- Numbers only, for ever: a restored backup is made to forget them again. done_us 0: the log still holds what their events said.
CREATE TABLE erased (
  subject BIGINT PRIMARY KEY, request BIGINT NOT NULL, at_us BIGINT NOT NULL, due_us BIGINT NOT NULL, done_us BIGINT NOT NULL
);
CREATE INDEX erased_waiting ON erased (due_us) WHERE done_us = 0;
CREATE INDEX erased_request ON erased (request);

-- Where copies of this brand were put, so that those older than an erasure can be named when its time is over.
CREATE TABLE backup_made (id BIGINT PRIMARY KEY, path TEXT NOT NULL, at_us BIGINT NOT NULL, event_no BIGINT NOT NULL);
