-- Who looks after a customer (M33): a manager and a deputy, one pair at a time; those that ended
-- stay as history.
CREATE TABLE manager_assignment (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    manager_id INTEGER NOT NULL REFERENCES staff (id),
    deputy_id INTEGER REFERENCES staff (id),
    reason TEXT,
    actor TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    ended_at INTEGER,
    CHECK (deputy_id <> manager_id)
) STRICT;

CREATE INDEX manager_assignment_customer_id ON manager_assignment (customer_id, id);
CREATE UNIQUE INDEX manager_assignment_active ON manager_assignment (customer_id)
    WHERE ended_at IS NULL;
CREATE INDEX manager_assignment_manager_id ON manager_assignment (manager_id, customer_id)
    WHERE ended_at IS NULL;
CREATE INDEX manager_assignment_deputy_id ON manager_assignment (deputy_id, customer_id)
    WHERE ended_at IS NULL;

-- What people have to do.
CREATE INDEX complaint_open_assignee_id ON complaint (assignee_id, id)
    WHERE status <> 'closed' AND assignee_id IS NOT NULL;

-- The customers who are to have a manager, by rank.
CREATE INDEX tier_standing_managed ON tier_standing (tier_run_id, rank)
    WHERE tier = 'key' OR abc = 'A';
