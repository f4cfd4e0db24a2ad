-- What became of promises (M50).
ALTER TABLE promise ADD COLUMN status TEXT NOT NULL DEFAULT 'open'
    CHECK (status IN ('open', 'kept', 'late', 'broken'));
ALTER TABLE promise ADD COLUMN settled_at INTEGER;
ALTER TABLE promise ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

CREATE INDEX promise_due_at ON promise (due_at, id);
CREATE INDEX promise_status ON promise (status, due_at, id);
