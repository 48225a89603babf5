-- expand: which activity is offered to which tier and tag, and who was invited to what
ALTER TABLE campaign ADD COLUMN kind TEXT CHECK (kind IN ('test_drive', 'gathering', 'tour', 'launch', 'co_creation', 'content'));
CREATE INDEX campaign_kind ON campaign (kind, id);

-- activity: kind:<kind> or campaign:<id>; a campaign's own row stands before its kind's.
CREATE TABLE offer_row (
  activity TEXT PRIMARY KEY, version BIGINT NOT NULL, changed_us BIGINT NOT NULL, staff BIGINT NOT NULL
);
-- target: tier:<ladder>:<level> or tag:<tag>. offered 0: not to them, whatever else holds.
CREATE TABLE offer_cell (
  activity TEXT NOT NULL, target TEXT NOT NULL, offered BIGINT NOT NULL CHECK (offered IN (0, 1)),
  PRIMARY KEY (activity, target)
);

-- Invitations that were made; what was refused is answered and not kept. rule: its key; empty: by staff.
CREATE TABLE invitation (
  subject BIGINT NOT NULL, campaign BIGINT NOT NULL, person BIGINT NOT NULL, channel TEXT NOT NULL, at_us BIGINT NOT NULL,
  staff BIGINT NOT NULL, rule TEXT NOT NULL, target TEXT NOT NULL, event_no BIGINT NOT NULL,
  PRIMARY KEY (subject, campaign)
);
CREATE INDEX invitation_person ON invitation (person, at_us);
CREATE INDEX invitation_campaign ON invitation (campaign, at_us);
