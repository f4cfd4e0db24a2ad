-- Customers with whom too few people are in touch (M42): the latest policy is in force.
CREATE TABLE single_thread_policy (
    id INTEGER PRIMARY KEY,
    people INTEGER NOT NULL CHECK (people BETWEEN 1 AND 20),
    days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 3650),
    -- Words separated by blanks.
    tiers TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

INSERT INTO single_thread_policy (id, people, days, tiers, created_at)
VALUES (1, 2, 90, 'key', 0);

-- The customers who are watched: since when they are at risk, if they are, and when they are to be
-- looked at next. One at risk is not, until something happens.
CREATE TABLE single_thread_watch (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id),
    since_at INTEGER,
    due_at INTEGER
) STRICT;

CREATE INDEX single_thread_watch_due_at ON single_thread_watch (due_at, customer_id)
    WHERE due_at IS NOT NULL;

-- The policy and the tier run by which it was found who is watched.
CREATE TABLE single_thread_basis (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    single_thread_policy_id INTEGER NOT NULL,
    tier_run_id INTEGER
) STRICT;
