-- expand: a person's open opportunities by an index of their own; by state alone every open one of the brand was looked at
CREATE INDEX opportunity_open ON opportunity (person, state);
