-- expand: a job's living joins by an index of their own; undoing one looked at all that it had ended already
CREATE INDEX edge_living ON edge (job, id) WHERE job > 0 AND ended_us = 0;
