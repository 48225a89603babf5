-- expand: how long people stayed is read from the index alone.
DROP INDEX stage_stay_left;
CREATE INDEX stage_stay_left ON stage_stay (stage, left_us, entered_us);
