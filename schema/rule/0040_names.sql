-- expand: dictionaries of event kinds and properties
CREATE TABLE kind (
  id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, zh TEXT NOT NULL, en TEXT NOT NULL,
  declared BIGINT NOT NULL CHECK (declared IN (0, 1)), first_us BIGINT NOT NULL
);
CREATE TABLE prop (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, first_us BIGINT NOT NULL);
-- Which property was seen with which kind, and the type of its first value.
CREATE TABLE kind_prop (kind BIGINT NOT NULL, prop BIGINT NOT NULL, type BIGINT NOT NULL, first_us BIGINT NOT NULL, PRIMARY KEY (kind, prop));
-- A brand's own name of a kind: rules that wait for `means` are woken by it too. The event keeps its own kind.
CREATE TABLE kind_alias (kind BIGINT PRIMARY KEY, means BIGINT NOT NULL);
