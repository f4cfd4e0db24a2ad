-- When a promise is warned of, and what it is held against (M50).
ALTER TABLE promise ADD COLUMN kind TEXT NOT NULL DEFAULT 'other'
    CHECK (kind = 'call-back' OR kind = 'quote' OR kind = 'delivery' OR kind = 'repair'
        OR kind = 'other');
ALTER TABLE promise ADD COLUMN given_at INTEGER NOT NULL DEFAULT 0;
-- How long such promises took when one was given that is tighter: how many were kept, and in how
-- many milliseconds half of them and nine tenths of them.
ALTER TABLE promise ADD COLUMN tight_kept INTEGER;
ALTER TABLE promise ADD COLUMN tight_median INTEGER;
ALTER TABLE promise ADD COLUMN tight_ninetieth INTEGER;

UPDATE promise SET given_at =
    (SELECT i.occurred_at FROM interaction i WHERE i.id = promise.interaction_id);

CREATE INDEX promise_kind ON promise (kind, settled_at, id) WHERE settled_at IS NOT NULL;

-- The first alarm of each promise that is open already; what follows is set when it goes off.
INSERT INTO deadline (due_at, subject_type, subject_id, kind)
SELECT due_at - (due_at - given_at) / 4, 'promise', id, 'due-soon'
FROM promise WHERE status = 'open' AND due_at > given_at;

INSERT INTO deadline (due_at, subject_type, subject_id, kind)
SELECT due_at + 1, 'promise', id, 'overdue'
FROM promise WHERE status = 'open' AND due_at <= given_at;
