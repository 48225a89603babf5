-- expand: whose events brought a name of the dictionaries: the first eight subjects. word: 0 a kind, 1 a property.
-- subject 0: the brand's own word (the plan, rules, Lianyi), as all are that were there before this was counted.
CREATE TABLE name_user (word BIGINT NOT NULL CHECK (word IN (0, 1)), id BIGINT NOT NULL, subject BIGINT NOT NULL, PRIMARY KEY (word, id, subject));
CREATE INDEX name_user_subject ON name_user (subject, word, id);
INSERT INTO name_user (word, id, subject) SELECT 0, id, 0 FROM kind;
INSERT INTO name_user (word, id, subject) SELECT 1, id, 0 FROM prop;
