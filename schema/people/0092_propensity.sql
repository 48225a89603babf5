-- expand: models of who becomes an owner, as they were made
-- body: JSON: intercept, what it was made from, calibration, features with their weights (people/propensity_api.c).
CREATE TABLE propensity_model (
  version BIGINT PRIMARY KEY, made_us BIGINT NOT NULL, by_kind BIGINT NOT NULL, by_id BIGINT NOT NULL, by_name TEXT NOT NULL,
  lead_days BIGINT NOT NULL, body TEXT NOT NULL
);
