-- expand: people whose earlier texts have to be looked at, because the vault learned a value of theirs since, and what was starred so.
CREATE TABLE told_late (subject BIGINT PRIMARY KEY, at_us BIGINT NOT NULL);
CREATE INDEX told_late_at ON told_late (at_us, subject);
-- A round that starred something: copies made before it say it still. due_us: they have to be gone by then.
CREATE TABLE starred_late (at_us BIGINT PRIMARY KEY, due_us BIGINT NOT NULL, events BIGINT NOT NULL, texts BIGINT NOT NULL);
INSERT INTO told_late (subject, at_us) SELECT DISTINCT subject, 1 FROM vault WHERE subject > 0;
