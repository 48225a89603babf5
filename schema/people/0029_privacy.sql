-- expand: names found in part
-- gram: keyed hash of two neighbouring Chinese characters of a name, or of a word of it (people/vault.c); vault: the name's row.
CREATE TABLE vault_gram (gram BIGINT NOT NULL, subject BIGINT NOT NULL, vault BIGINT NOT NULL, PRIMARY KEY (gram, subject, vault));
CREATE INDEX vault_gram_subject ON vault_gram (subject);
