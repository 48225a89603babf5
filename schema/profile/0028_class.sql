-- expand: what a person did in the community by local day, and the classes that follow from it
-- One row a subject and local day (days since 1970 in the brand's zone). active, spoke: 0 or 1; the rest are counts.
CREATE TABLE activity (
  subject BIGINT NOT NULL, day BIGINT NOT NULL, person BIGINT NOT NULL,
  active BIGINT NOT NULL CHECK (active IN (0, 1)), spoke BIGINT NOT NULL CHECK (spoke IN (0, 1)),
  asked BIGINT NOT NULL, posted BIGINT NOT NULL, featured BIGINT NOT NULL, accepted BIGINT NOT NULL,
  drove BIGINT NOT NULL, referred BIGINT NOT NULL,
  PRIMARY KEY (subject, day)
);
CREATE INDEX activity_person ON activity (person, day);
CREATE INDEX activity_referred ON activity (person, day) WHERE referred > 0;

-- Derived (people/profile: class_settle): how a person stands now. The row whose subject is the person itself counts.
-- next_day: the day on which a class changes when nothing happens until then; 0: never.
CREATE TABLE standing (
  subject BIGINT PRIMARY KEY, person BIGINT NOT NULL,
  behaviour BIGINT NOT NULL CHECK (behaviour BETWEEN 0 AND 5), kind BIGINT NOT NULL CHECK (kind BETWEEN 0 AND 2),
  path BIGINT NOT NULL CHECK (path BETWEEN 0 AND 4), next_day BIGINT NOT NULL
);
CREATE INDEX standing_person ON standing (person);
CREATE INDEX standing_behaviour ON standing (behaviour, subject);
CREATE INDEX standing_kind ON standing (kind, subject);
CREATE INDEX standing_path ON standing (path, subject);

-- From which day on somebody was of which class; axis: 0 behaviour, 1 kind, 2 path. Appended to, never closed.
CREATE TABLE class_change (
  subject BIGINT NOT NULL, axis BIGINT NOT NULL CHECK (axis BETWEEN 0 AND 2), day BIGINT NOT NULL,
  person BIGINT NOT NULL, class BIGINT NOT NULL,
  PRIMARY KEY (subject, axis, day)
);
CREATE INDEX class_change_person ON class_change (person);
