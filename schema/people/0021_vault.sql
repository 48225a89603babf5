-- expand: personal data, sealed; erasing a subject's key erases its values wherever copies of them are
CREATE TABLE vault_key (subject BIGINT PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE vault (
  id BIGINT PRIMARY KEY, subject BIGINT NOT NULL, kind BIGINT NOT NULL CHECK (kind >= 0),
  sealed BLOB NOT NULL, hash BLOB NOT NULL, last4 BLOB NOT NULL, at_us BIGINT NOT NULL,
  UNIQUE (subject, kind, hash)
);
CREATE INDEX vault_hash ON vault (kind, hash);
CREATE INDEX vault_last4 ON vault (last4);
