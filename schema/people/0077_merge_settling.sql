-- expand: how much of a merge job's survivor has been settled, table by table, so that no operation is long
ALTER TABLE merge_job ADD COLUMN settled BIGINT NOT NULL DEFAULT 0;
