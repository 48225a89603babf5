-- expand: fingerprints of messages whose events were taken back: they may come once more before de-duplication forgets them
CREATE TABLE message_again (hi BIGINT NOT NULL, lo BIGINT NOT NULL, at_us BIGINT NOT NULL, PRIMARY KEY (hi, lo));
CREATE INDEX message_again_at ON message_again (at_us);
