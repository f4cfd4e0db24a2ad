-- Customer tiers (M18, M19): the policy with its history, the runs, and every customer's standing
-- in each run. Shares in the policy are ten-thousandths.
CREATE TABLE tier_policy (
    id INTEGER PRIMARY KEY,
    window_months INTEGER NOT NULL CHECK (window_months BETWEEN 1 AND 120),
    key_share INTEGER NOT NULL,
    ordinary_share INTEGER NOT NULL,
    a_share INTEGER NOT NULL,
    b_share INTEGER NOT NULL,
    margin INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CHECK (0 < key_share AND key_share < ordinary_share AND ordinary_share <= 10000),
    CHECK (0 < a_share AND a_share < b_share AND b_share <= 10000),
    CHECK (margin BETWEEN 0 AND 10000)
) STRICT;

INSERT INTO tier_policy
    (id, window_months, key_share, ordinary_share, a_share, b_share, margin, created_at)
VALUES (1, 12, 8000, 9500, 8000, 9500, 10000, 0);

-- The totals are null until a run has finished; the profits are sums of what is positive.
CREATE TABLE tier_run (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL CHECK (status = 'running' OR status = 'finished' OR status = 'failed'),
    progress REAL NOT NULL,
    as_of INTEGER NOT NULL,
    window_start INTEGER NOT NULL,
    window_months INTEGER NOT NULL,
    tier_policy_id INTEGER NOT NULL REFERENCES tier_policy (id),
    key_customers INTEGER,
    ordinary_customers INTEGER,
    small_customers INTEGER,
    key_profit INTEGER,
    ordinary_profit INTEGER,
    small_profit INTEGER,
    key_cutoff INTEGER,
    ordinary_cutoff INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX tier_run_as_of ON tier_run (status, as_of, id);

-- A run's rows lie together, so that a run is written and compared with the one before it in one
-- pass, however many there are.
CREATE TABLE tier_standing (
    tier_run_id INTEGER NOT NULL REFERENCES tier_run (id),
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    tier TEXT NOT NULL CHECK (tier = 'key' OR tier = 'ordinary' OR tier = 'small'),
    abc TEXT NOT NULL CHECK (abc = 'A' OR abc = 'B' OR abc = 'C'),
    orders INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    amount_without_cost INTEGER NOT NULL,
    profit INTEGER NOT NULL,
    cumulative_profit INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    previous_tier TEXT
        CHECK (previous_tier = 'key' OR previous_tier = 'ordinary' OR previous_tier = 'small'),
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (tier_run_id, customer_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX tier_standing_rank ON tier_standing (tier_run_id, rank);
