-- Refunds come from elsewhere, too.
ALTER TABLE refund ADD COLUMN external_id TEXT;

CREATE UNIQUE INDEX refund_external_id ON refund (external_id) WHERE external_id IS NOT NULL;

-- How many pieces of the line were given back: the sum of its refunds' lines, so that nobody has to
-- look through those for each refund more.
ALTER TABLE order_line ADD COLUMN refunded INTEGER NOT NULL DEFAULT 0;

UPDATE order_line SET refunded = coalesce(
    (SELECT -sum(x.quantity) FROM refund r JOIN refund_line x ON x.refund_id = r.id
        WHERE r.order_id = order_line.order_id AND x.order_position = order_line.position), 0)
WHERE order_id IN (SELECT order_id FROM refund);

-- Imports of products and refunds, and when an import was found that a stop or a fault has cut off.
CREATE TABLE import_next (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL
        CHECK (kind = 'customers' OR kind = 'contacts' OR kind = 'products' OR kind = 'orders'
            OR kind = 'interactions' OR kind = 'complaints' OR kind = 'payments'
            OR kind = 'refunds' OR kind = 'expenses' OR kind = 'plans'
            OR kind = 'category-spend'),
    mode TEXT NOT NULL CHECK (mode = 'atomic' OR mode = 'partial'),
    actor TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    interrupted_at INTEGER,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    prospects INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    CHECK (finished_at IS NULL OR interrupted_at IS NULL)
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

CREATE INDEX import_running ON import (id) WHERE finished_at IS NULL AND interrupted_at IS NULL;
