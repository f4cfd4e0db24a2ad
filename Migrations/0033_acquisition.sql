-- What it costs to win customers (M05): a sum for a channel and a period, such as 2026-Q4, with the
-- instants at which the period begins and ends for the service.
CREATE TABLE acquisition_cost (
    id INTEGER PRIMARY KEY,
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

CREATE UNIQUE INDEX acquisition_cost_channel ON acquisition_cost (channel, starts_at);
CREATE INDEX acquisition_cost_starts_at ON acquisition_cost (starts_at, id);

-- The customers of a time are counted by channel along the index alone.
DROP INDEX customer_created_at;
CREATE INDEX customer_created_at ON customer (created_at, id, source_channel, archived_at);
