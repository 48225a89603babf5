-- expand: what was lost or fell idle, latest first: the list of who dropped off reads a window of it.
CREATE INDEX opportunity_closed ON opportunity (state, closed_us, id);
