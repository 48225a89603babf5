-- expand: when the evidence of a join was said, which is not when it came in: at a change of hands told late it goes with the identity
ALTER TABLE edge ADD COLUMN said_us BIGINT NOT NULL DEFAULT 0;
UPDATE edge SET said_us = at_us;
