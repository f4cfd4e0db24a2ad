-- How long the desk has, and where complaints are taken (M57, M60): the latest row is in force.
CREATE TABLE complaint_policy (
    id INTEGER PRIMARY KEY,
    answer_hours INTEGER NOT NULL CHECK (answer_hours BETWEEN 1 AND 720),
    key_answer_hours INTEGER NOT NULL CHECK (key_answer_hours BETWEEN 1 AND 720),
    remedy_days INTEGER NOT NULL CHECK (remedy_days BETWEEN 1 AND 90),
    key_remedy_days INTEGER NOT NULL CHECK (key_remedy_days BETWEEN 1 AND 90),
    -- Days as 2026-10-01, separated by blanks.
    holidays TEXT NOT NULL,
    leader_id INTEGER,
    department TEXT,
    phone TEXT,
    email TEXT,
    address TEXT,
    opening_hours TEXT,
    created_at INTEGER NOT NULL
) STRICT;

INSERT INTO complaint_policy
    (id, answer_hours, key_answer_hours, remedy_days, key_remedy_days, holidays, created_at)
VALUES (1, 24, 4, 5, 2, '', 0);
