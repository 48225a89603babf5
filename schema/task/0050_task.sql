-- expand: tasks of staff, each on a clock
-- state: 0 open, 1 done, 2 cancelled, 3 escalated (overdue: open still). outcome -1: none yet. escalates: the task this one backs up.
CREATE TABLE task (
  id BIGINT PRIMARY KEY, version BIGINT NOT NULL,
  clock TEXT NOT NULL, role TEXT NOT NULL, title_zh TEXT NOT NULL, title_en TEXT NOT NULL,
  state BIGINT NOT NULL CHECK (state BETWEEN 0 AND 3),
  assignee BIGINT NOT NULL, assignee_name TEXT NOT NULL,
  person BIGINT NOT NULL, opportunity BIGINT NOT NULL,
  opened_us BIGINT NOT NULL, warn_us BIGINT NOT NULL, due_us BIGINT NOT NULL, closed_us BIGINT NOT NULL, first_us BIGINT NOT NULL,
  attempts BIGINT NOT NULL, outcome BIGINT NOT NULL, note TEXT NOT NULL,
  rule TEXT NOT NULL, cause BIGINT NOT NULL, escalates BIGINT NOT NULL,
  open BIGINT NOT NULL CHECK (open IN (0, 1))
);
CREATE INDEX task_open_due ON task (open, due_us, id);
CREATE INDEX task_open_assignee ON task (open, assignee, due_us, id);
CREATE INDEX task_person ON task (person, open, due_us, id);
CREATE INDEX task_closed ON task (open, closed_us, id);
CREATE INDEX task_clock ON task (clock, due_us);
