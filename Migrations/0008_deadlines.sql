-- What falls due (M60), earliest first: whoever carries a row out deletes it in the same transaction.
CREATE TABLE deadline (
    due_at INTEGER NOT NULL,
    subject_type TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (due_at, subject_type, subject_id, kind)
) STRICT, WITHOUT ROWID;

-- The first alarm of each complaint that is open already; what follows is set when it goes off.
INSERT INTO deadline (due_at, subject_type, subject_id, kind)
SELECT received_at + (answer_due_at - received_at) / 4 * 3, 'complaint', id, 'answer-due-soon'
FROM complaint WHERE answered_at IS NULL AND closed_at IS NULL;

INSERT INTO deadline (due_at, subject_type, subject_id, kind)
SELECT received_at + (remedy_due_at - received_at) / 4 * 3, 'complaint', id, 'remedy-due-soon'
FROM complaint WHERE answered_at IS NOT NULL AND remedied_at IS NULL AND closed_at IS NULL;

-- How far the journal's chain has been verified.
CREATE TABLE journal_mark (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    verified_at INTEGER NOT NULL
) STRICT;
