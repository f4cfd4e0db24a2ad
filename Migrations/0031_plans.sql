-- What is spent on customers, what is planned with them, and what they buy of a category in all.
CREATE TABLE expense (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    external_id TEXT,
    amount INTEGER NOT NULL CHECK (amount > 0),
    spent_at INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX expense_external_id ON expense (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX expense_customer_id ON expense (customer_id, spent_at, amount);
CREATE INDEX expense_spent_at ON expense (spent_at, id);

-- A period such as 2026-Q4, and the instants at which it begins and ends for the service.
CREATE TABLE plan (
    id INTEGER PRIMARY KEY,
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

CREATE UNIQUE INDEX plan_customer_id ON plan (customer_id, starts_at);
CREATE INDEX plan_starts_at ON plan (starts_at, id);

CREATE TABLE category_spend (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    category TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    per TEXT NOT NULL CHECK (per = 'month' OR per = 'quarter' OR per = 'year'),
    source TEXT NOT NULL CHECK (source = 'stated' OR source = 'surveyed' OR source = 'estimated'),
    as_of INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX category_spend_customer_id ON category_spend (customer_id, category);

-- A day, counted from 1970-01-01.
ALTER TABLE product ADD COLUMN launched_on INTEGER;
ALTER TABLE product ADD COLUMN expected_life_days INTEGER CHECK (expected_life_days > 0);

ALTER TABLE tier_standing ADD COLUMN expense INTEGER NOT NULL DEFAULT 0;

-- Imports of more kinds than were known at first.
CREATE TABLE import_next (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL
        CHECK (kind = 'customers' OR kind = 'orders' OR kind = 'interactions'
            OR kind = 'complaints' OR kind = 'payments' OR kind = 'expenses' OR kind = 'plans'
            OR kind = 'category-spend'),
    mode TEXT NOT NULL CHECK (mode = 'atomic' OR mode = 'partial'),
    actor TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    prospects INTEGER NOT NULL,
    rejected INTEGER NOT NULL
) STRICT;

INSERT INTO import_next
    (id, kind, mode, actor, started_at, finished_at, created, updated, unchanged, prospects,
    rejected)
SELECT id, kind, mode, actor, started_at, finished_at, created, updated, unchanged, prospects,
    rejected
FROM import;

CREATE TABLE import_rejection_next (
    import_id INTEGER NOT NULL REFERENCES import_next (id),
    line INTEGER NOT NULL,
    position INTEGER NOT NULL,
    pointer TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (import_id, line, position)
) STRICT, WITHOUT ROWID;

INSERT INTO import_rejection_next (import_id, line, position, pointer, detail)
SELECT import_id, line, position, pointer, detail FROM import_rejection;

DROP TABLE import_rejection;
DROP TABLE import;
ALTER TABLE import_next RENAME TO import;
ALTER TABLE import_rejection_next RENAME TO import_rejection;
