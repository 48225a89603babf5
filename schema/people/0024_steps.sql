-- expand: an opportunity follows from its steps, each with its home; joins that are in doubt; values that join nobody
-- what: 0 reached, 1 cancelled, 2 contact (the latest of the subject), 3 lost, 4 won, 5 idle, 6 another touch (n of them).
-- crossing 1: the step's home is not the opportunity's, so that a split may part them.
CREATE TABLE opportunity_step_next (
  subject BIGINT NOT NULL, opportunity BIGINT NOT NULL, event_no BIGINT NOT NULL, what BIGINT NOT NULL CHECK (what BETWEEN 0 AND 6),
  person BIGINT NOT NULL, stage BIGINT NOT NULL, at_us BIGINT NOT NULL, n BIGINT NOT NULL,
  model TEXT NOT NULL, reason TEXT NOT NULL, note TEXT NOT NULL, crossing BIGINT NOT NULL CHECK (crossing IN (0, 1)),
  PRIMARY KEY (subject, opportunity, event_no, what)
);
INSERT INTO opportunity_step_next (subject, opportunity, event_no, what, person, stage, at_us, n, model, reason, note, crossing)
  SELECT o.subject, s.opportunity, s.event_no, s.cancelled, o.person, s.stage, s.at_us, 1, '', '', '', 0
  FROM opportunity_step s JOIN opportunity o ON o.id = s.opportunity;
INSERT INTO opportunity_step_next (subject, opportunity, event_no, what, person, stage, at_us, n, model, reason, note, crossing)
  SELECT subject, id, 0, 2, person, 0, contact_us, 1, model, '', '', 0 FROM opportunity;
INSERT INTO opportunity_step_next (subject, opportunity, event_no, what, person, stage, at_us, n, model, reason, note, crossing)
  SELECT subject, id, 0, CASE state WHEN 1 THEN 4 WHEN 2 THEN 3 ELSE 5 END, person, 0, closed_us, 1, '', reason, '', 0
  FROM opportunity WHERE state <> 0;
DROP TABLE opportunity_step;
ALTER TABLE opportunity_step_next RENAME TO opportunity_step;
CREATE INDEX opportunity_step_of ON opportunity_step (opportunity, person, at_us);
CREATE INDEX opportunity_step_person ON opportunity_step (person);
CREATE INDEX opportunity_step_crossing ON opportunity_step (person, opportunity) WHERE crossing = 1;
ALTER TABLE opportunity ADD COLUMN note TEXT NOT NULL DEFAULT '';

-- A subject may have very many edges: they are read some at a time.
DROP INDEX edge_one;
DROP INDEX edge_other;
CREATE INDEX edge_one ON edge (one, ended_us, id);
CREATE INDEX edge_other ON edge (other, ended_us, id);

-- Joins and splits a steward is to decide. what: 0 join, 1 split (of `edge`). state: 0 open, 1 done, 2 refused, 3 overtaken.
-- first_by …: the first of two signatures; by 0: none yet. times: how often the evidence came.
CREATE TABLE doubt (
  id BIGINT PRIMARY KEY, what BIGINT NOT NULL CHECK (what IN (0, 1)), one BIGINT NOT NULL, other BIGINT NOT NULL, edge BIGINT NOT NULL,
  why TEXT NOT NULL, kind BIGINT NOT NULL, source TEXT NOT NULL, times BIGINT NOT NULL, at_us BIGINT NOT NULL, last_us BIGINT NOT NULL,
  state BIGINT NOT NULL CHECK (state BETWEEN 0 AND 3),
  first_by BIGINT NOT NULL, first_name TEXT NOT NULL, first_us BIGINT NOT NULL,
  decided_by BIGINT NOT NULL, decided_name TEXT NOT NULL, decided_us BIGINT NOT NULL, note TEXT NOT NULL
);
CREATE UNIQUE INDEX doubt_pair ON doubt (one, other, what, edge);
CREATE INDEX doubt_other ON doubt (other);
CREATE INDEX doubt_state ON doubt (state, last_us, id);

-- Subjects a steward said are not one person: the machine does not join them again. Each pair in both directions.
CREATE TABLE apart (one BIGINT NOT NULL, other BIGINT NOT NULL, at_us BIGINT NOT NULL, PRIMARY KEY (one, other));

-- Values that stand for nobody: placeholders, and what was shared by too many. state: 0 blocked, 1 released.
CREATE TABLE blocked (
  kind BIGINT NOT NULL, hash BLOB NOT NULL, id BIGINT NOT NULL, label TEXT NOT NULL, why TEXT NOT NULL, persons BIGINT NOT NULL,
  state BIGINT NOT NULL CHECK (state IN (0, 1)), at_us BIGINT NOT NULL, changed_us BIGINT NOT NULL, changed_by TEXT NOT NULL,
  PRIMARY KEY (kind, hash)
);
CREATE UNIQUE INDEX blocked_id ON blocked (id);
CREATE INDEX blocked_state ON blocked (state, changed_us, id);

-- Many joins at once, or taking them back: done in slices. todo: how many are left; undo: the job whose joins are ended.
CREATE TABLE merge_job (
  id BIGINT PRIMARY KEY, undo BIGINT NOT NULL, total BIGINT NOT NULL, done BIGINT NOT NULL, refused BIGINT NOT NULL,
  state BIGINT NOT NULL CHECK (state IN (0, 1, 2)), survivor BIGINT NOT NULL, reason TEXT NOT NULL, by_id BIGINT NOT NULL,
  by_name TEXT NOT NULL, at_us BIGINT NOT NULL, done_us BIGINT NOT NULL
);
CREATE INDEX merge_job_state ON merge_job (state, id);
CREATE TABLE merge_item (job BIGINT NOT NULL, subject BIGINT NOT NULL, PRIMARY KEY (job, subject));
