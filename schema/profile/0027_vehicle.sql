-- expand: who belongs to a vehicle, households, fleets, delegated votes, and claims to be an owner
-- role: 0 payer, 1 main user, 2 authorised user. The registered owner stands in ownership. until_us 0: still.
CREATE TABLE vehicle_role (
  subject BIGINT NOT NULL, vehicle TEXT NOT NULL, role BIGINT NOT NULL CHECK (role BETWEEN 0 AND 2), from_us BIGINT NOT NULL,
  person BIGINT NOT NULL, until_us BIGINT NOT NULL, event_no BIGINT NOT NULL,
  PRIMARY KEY (subject, vehicle, role, from_us)
);
CREATE INDEX vehicle_role_person ON vehicle_role (person, until_us);
CREATE INDEX vehicle_role_vehicle ON vehicle_role (vehicle, role, from_us);

-- The registered owner lets the main user vote for this vehicle.
CREATE TABLE vote_delegation (
  subject BIGINT NOT NULL, vehicle TEXT NOT NULL, from_us BIGINT NOT NULL, person BIGINT NOT NULL, until_us BIGINT NOT NULL,
  event_no BIGINT NOT NULL,
  PRIMARY KEY (subject, vehicle, from_us)
);
CREATE INDEX vote_delegation_person ON vote_delegation (person);
CREATE INDEX vote_delegation_vehicle ON vote_delegation (vehicle, from_us);

-- A vehicle of an organisation. Names no person; five or more at a time make a fleet.
CREATE TABLE fleet_vehicle (
  vehicle TEXT NOT NULL, from_us BIGINT NOT NULL, until_us BIGINT NOT NULL, organisation TEXT NOT NULL, event_no BIGINT NOT NULL,
  PRIMARY KEY (vehicle, from_us)
);
CREATE INDEX fleet_vehicle_organisation ON fleet_vehicle (organisation, until_us);

-- Who lives together. household: its number, one of its events'. kind: 0 head, 1 spouse, 2 child, 3 parent, 4 other.
CREATE TABLE household_member (
  subject BIGINT NOT NULL, household BIGINT NOT NULL, from_us BIGINT NOT NULL, person BIGINT NOT NULL, until_us BIGINT NOT NULL,
  kind BIGINT NOT NULL CHECK (kind BETWEEN 0 AND 4), event_no BIGINT NOT NULL,
  PRIMARY KEY (subject, household, from_us)
);
CREATE INDEX household_member_person ON household_member (person, until_us);
CREATE INDEX household_member_household ON household_member (household, until_us);

-- "I own this car." vehicle: keyed hash of the VIN, as in ownership. state: 0 waiting, 1 approved, 2 refused, 3 revoked.
CREATE TABLE owner_claim (
  id BIGINT PRIMARY KEY, subject BIGINT NOT NULL, person BIGINT NOT NULL, vehicle TEXT NOT NULL, vin_vault BIGINT NOT NULL,
  evidence TEXT NOT NULL CHECK (evidence IN ('order', 'registration', 'id', 'app', 'staff')), reference TEXT NOT NULL,
  state BIGINT NOT NULL CHECK (state BETWEEN 0 AND 3), staff BIGINT NOT NULL, reason TEXT NOT NULL,
  at_us BIGINT NOT NULL, decided_us BIGINT NOT NULL, ended_us BIGINT NOT NULL, event_no BIGINT NOT NULL
);
CREATE INDEX owner_claim_person ON owner_claim (person, state);
CREATE INDEX owner_claim_subject ON owner_claim (subject);
CREATE INDEX owner_claim_vehicle ON owner_claim (vehicle, state);
CREATE INDEX owner_claim_state ON owner_claim (state, id);
