-- Contacts come from elsewhere, too, and their customers are found by them.
ALTER TABLE contact ADD COLUMN external_id TEXT;

CREATE UNIQUE INDEX contact_external_id ON contact (external_id) WHERE external_id IS NOT NULL;

-- The customers whose search text does not name their people yet: a job writes it anew, piece by piece.
CREATE TABLE customer_text_backlog (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id)
) STRICT;

INSERT INTO customer_text_backlog (customer_id)
SELECT DISTINCT customer_id FROM contact WHERE archived_at IS NULL;

-- Imports of contacts.
CREATE TABLE import_next (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL
        CHECK (kind = 'customers' OR kind = 'contacts' OR kind = 'orders' OR kind = 'interactions'
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
