-- expand: a task's home is the subject of the event that opened it
ALTER TABLE task ADD COLUMN subject BIGINT NOT NULL DEFAULT 0;
UPDATE task SET subject = person;
CREATE INDEX task_subject ON task (subject);
