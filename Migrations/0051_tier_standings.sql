-- A run writes a standing for each customer. Neither customers nor runs are ever deleted, so that nothing
-- has to look for those that a standing names, which took a fifth of the writing.
CREATE TABLE tier_standing_next (
    tier_run_id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
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
    refunded INTEGER NOT NULL DEFAULT 0,
    expense INTEGER NOT NULL DEFAULT 0,
    attitude TEXT CHECK (attitude = 'loyal' OR attitude = 'switcher' OR attitude = 'none'),
    category_bought INTEGER,
    category_need INTEGER,
    switched_at INTEGER,
    early_adopter INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tier_run_id, customer_id)
) STRICT, WITHOUT ROWID;

INSERT INTO tier_standing_next (tier_run_id, customer_id, tier, abc, orders, amount,
    amount_without_cost, profit, cumulative_profit, rank, previous_tier, changed_at, refunded, expense,
    attitude, category_bought, category_need, switched_at, early_adopter)
SELECT tier_run_id, customer_id, tier, abc, orders, amount, amount_without_cost, profit,
    cumulative_profit, rank, previous_tier, changed_at, refunded, expense, attitude, category_bought,
    category_need, switched_at, early_adopter
FROM tier_standing ORDER BY tier_run_id, customer_id;

DROP TABLE tier_standing;

ALTER TABLE tier_standing_next RENAME TO tier_standing;
