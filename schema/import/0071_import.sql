-- expand: files brought in: jobs, how far a file's contents have come, refused rows, sums to reconcile
-- state: 0 uploading, 1 ready, 2 waiting, 3 running, 4 done, 5 failed, 6 cancelled. name: what the file is called. place: its path on
-- this machine; empty: uploaded, sealed in DIR/imports/<id>. salt: what its key is made with; empty: gone, and what it sealed is noise.
-- digest: of contents, target and mapping, once known. dry 1: the last run only checked. as_import: a job that had brought the same
-- before; 0 none. code: why it failed.
CREATE TABLE import_job (
  id BIGINT PRIMARY KEY,
  state BIGINT NOT NULL CHECK (state BETWEEN 0 AND 6),
  name TEXT NOT NULL, place TEXT NOT NULL, salt BLOB NOT NULL, bytes BIGINT NOT NULL, parts BIGINT NOT NULL,
  target TEXT NOT NULL, mapping TEXT NOT NULL, effects TEXT NOT NULL, dry BIGINT NOT NULL CHECK (dry IN (0, 1)),
  digest BLOB NOT NULL, as_import BIGINT NOT NULL,
  who_kind BIGINT NOT NULL, who_id BIGINT NOT NULL,
  made_us BIGINT NOT NULL, began_us BIGINT NOT NULL, ended_us BIGINT NOT NULL,
  row_count BIGINT NOT NULL, created BIGINT NOT NULL, merged BIGINT NOT NULL, refused BIGINT NOT NULL, bytes_done BIGINT NOT NULL,
  code TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE INDEX import_job_state ON import_job (state, id);

-- How many rows of these contents are in, whichever job brought them: written in the transaction that brings them.
CREATE TABLE import_mark (
  digest BLOB PRIMARY KEY, import BIGINT NOT NULL, row_count BIGINT NOT NULL, done BIGINT NOT NULL CHECK (done IN (0, 1))
);

-- Refused rows, the first 10,000 of a job. sealed: its cells as a JSON array, by the key of the job.
CREATE TABLE import_error (
  import BIGINT NOT NULL, row_no BIGINT NOT NULL, line BIGINT NOT NULL, col TEXT NOT NULL, code TEXT NOT NULL, detail TEXT NOT NULL,
  most BIGINT NOT NULL, sealed BLOB NOT NULL,
  PRIMARY KEY (import, row_no)
);

-- What must come out equal: per measure and period what the file said and what was booked.
CREATE TABLE import_sum (
  import BIGINT NOT NULL, measure TEXT NOT NULL, period TEXT NOT NULL, came BIGINT NOT NULL, booked BIGINT NOT NULL,
  PRIMARY KEY (import, measure, period)
);
