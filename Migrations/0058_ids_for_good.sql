-- The id of a row that is deleted is never given again: cases, merges and the journal name it still.
-- Ids that these name are passed over.
CREATE TABLE plan_next (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    period TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    sales_target INTEGER,
    expense_budget INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK (starts_at < ends_at)
) STRICT;

INSERT INTO plan_next
    (id, customer_id, period, starts_at, ends_at, sales_target, expense_budget, version, created_at,
    updated_at)
SELECT id, customer_id, period, starts_at, ends_at, sales_target, expense_budget, version,
    created_at, updated_at
FROM plan ORDER BY id;

DROP TABLE plan;
ALTER TABLE plan_next RENAME TO plan;
CREATE UNIQUE INDEX plan_customer_id ON plan (customer_id, starts_at);
CREATE INDEX plan_starts_at ON plan (starts_at, id);

CREATE TABLE category_spend_next (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    category TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    per TEXT NOT NULL CHECK (per = 'month' OR per = 'quarter' OR per = 'year'),
    source TEXT NOT NULL CHECK (source = 'stated' OR source = 'surveyed' OR source = 'estimated'),
    as_of INTEGER NOT NULL,
    rivals INTEGER CHECK (rivals >= 0),
    switched_at INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

INSERT INTO category_spend_next
    (id, customer_id, category, amount, per, source, as_of, rivals, switched_at, version, created_at,
    updated_at)
SELECT id, customer_id, category, amount, per, source, as_of, rivals, switched_at, version,
    created_at, updated_at
FROM category_spend ORDER BY id;

DROP TABLE category_spend;
ALTER TABLE category_spend_next RENAME TO category_spend;
CREATE UNIQUE INDEX category_spend_customer_id
    ON category_spend (customer_id, category, source, as_of);

CREATE TABLE acquisition_cost_next (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL
        CHECK (channel IN ('survey', 'marketing-event', 'service', 'point-of-sale', 'fair',
            'website', 'complaint', 'media', 'registry', 'bank', 'consultancy', 'list', 'other')),
    period TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK (starts_at < ends_at)
) STRICT;

INSERT INTO acquisition_cost_next
    (id, channel, period, starts_at, ends_at, amount, version, created_at, updated_at)
SELECT id, channel, period, starts_at, ends_at, amount, version, created_at, updated_at
FROM acquisition_cost ORDER BY id;

DROP TABLE acquisition_cost;
ALTER TABLE acquisition_cost_next RENAME TO acquisition_cost;
CREATE UNIQUE INDEX acquisition_cost_channel ON acquisition_cost (channel, starts_at);
CREATE INDEX acquisition_cost_starts_at ON acquisition_cost (starts_at, id);

CREATE TABLE chain_link_next (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('buys-through', 'serves')),
    from_id INTEGER NOT NULL REFERENCES customer (id),
    to_id INTEGER NOT NULL REFERENCES customer (id),
    created_at INTEGER NOT NULL,
    CHECK (from_id <> to_id)
) STRICT;

INSERT INTO chain_link_next (id, kind, from_id, to_id, created_at)
SELECT id, kind, from_id, to_id, created_at FROM chain_link ORDER BY id;

DROP TABLE chain_link;
ALTER TABLE chain_link_next RENAME TO chain_link;
CREATE UNIQUE INDEX chain_link_from_id ON chain_link (from_id, kind, to_id);
CREATE INDEX chain_link_to_id ON chain_link (to_id, kind, from_id);

CREATE TABLE cumulative_prompt_next (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    amount INTEGER NOT NULL,
    order_id INTEGER NOT NULL REFERENCES customer_order (id),
    raised_at INTEGER NOT NULL
) STRICT;

INSERT INTO cumulative_prompt_next (id, customer_id, amount, order_id, raised_at)
SELECT id, customer_id, amount, order_id, raised_at FROM cumulative_prompt ORDER BY id;

DROP TABLE cumulative_prompt;
ALTER TABLE cumulative_prompt_next RENAME TO cumulative_prompt;
CREATE UNIQUE INDEX cumulative_prompt_customer_id ON cumulative_prompt (customer_id, amount);

-- A table without rows has no number yet.
DELETE FROM sqlite_sequence
WHERE name IN ('plan', 'category_spend', 'acquisition_cost', 'chain_link', 'cumulative_prompt');

WITH named (name, id) AS (
    SELECT 'plan', max(id) FROM plan
    UNION ALL SELECT 'category_spend', max(id) FROM category_spend
    UNION ALL SELECT 'acquisition_cost', max(id) FROM acquisition_cost
    UNION ALL SELECT 'chain_link', max(id) FROM chain_link
    UNION ALL SELECT 'cumulative_prompt', max(id) FROM cumulative_prompt
    UNION ALL SELECT 'plan', max(reference) FROM warning
        WHERE reason = 'behind-plan' OR reason = 'over-budget'
    UNION ALL SELECT CASE table_name WHEN 'cumulative_prompt.noted' THEN 'cumulative_prompt'
            WHEN 'chain_link.from_id' THEN 'chain_link'
            WHEN 'chain_link.to_id' THEN 'chain_link' ELSE table_name END, row_id
        FROM customer_merge_row
        WHERE table_name IN ('plan', 'category_spend', 'chain_link.from_id', 'chain_link.to_id',
            'cumulative_prompt', 'cumulative_prompt.noted')
    UNION ALL SELECT replace(subject_type, '-', '_'), max(subject_id) FROM event
        WHERE subject_type IN ('plan', 'acquisition-cost', 'chain-link') GROUP BY subject_type)
INSERT INTO sqlite_sequence (name, seq)
SELECT name, coalesce(max(id), 0) FROM named GROUP BY name;
