-- Imports; the counts grow with each chunk that is committed.
CREATE TABLE import (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL
        CHECK (kind = 'customers' OR kind = 'orders' OR kind = 'interactions'
            OR kind = 'complaints'),
    mode TEXT NOT NULL CHECK (mode IN ('atomic', 'partial')),
    actor TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    prospects INTEGER NOT NULL,
    rejected INTEGER NOT NULL
) STRICT;

-- The rules that the rows they refused break; `position` counts those of one row.
CREATE TABLE import_rejection (
    import_id INTEGER NOT NULL REFERENCES import (id),
    line INTEGER NOT NULL,
    position INTEGER NOT NULL,
    pointer TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (import_id, line, position)
) STRICT, WITHOUT ROWID;
