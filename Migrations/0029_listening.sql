-- Visits to customers and meetings with them (M52), what came of each, and what customers need (M45).
CREATE TABLE meeting (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind = 'visit' OR kind = 'meeting'),
    place TEXT,
    held_at INTEGER NOT NULL,
    summary TEXT NOT NULL,
    confirmed_at INTEGER,
    -- Who heard the summary read back and said yes to it: one of the contacts, or somebody by name.
    confirmed_by_id INTEGER REFERENCES contact (id),
    confirmed_by_name TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK (confirmed_at IS NOT NULL OR (confirmed_by_id IS NULL AND confirmed_by_name IS NULL))
) STRICT;

CREATE INDEX meeting_held_at ON meeting (held_at, id);

-- Two of one meeting may become one customer by a merge.
CREATE TABLE meeting_customer (
    id INTEGER PRIMARY KEY,
    meeting_id INTEGER NOT NULL REFERENCES meeting (id),
    position INTEGER NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES customer (id)
) STRICT;

CREATE UNIQUE INDEX meeting_customer_position ON meeting_customer (meeting_id, position);
CREATE INDEX meeting_customer_customer_id ON meeting_customer (customer_id, meeting_id);

CREATE TABLE meeting_contact (
    meeting_id INTEGER NOT NULL REFERENCES meeting (id),
    position INTEGER NOT NULL,
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    PRIMARY KEY (meeting_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE meeting_staff (
    meeting_id INTEGER NOT NULL REFERENCES meeting (id),
    position INTEGER NOT NULL,
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    PRIMARY KEY (meeting_id, position)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX meeting_staff_staff_id ON meeting_staff (staff_id, meeting_id);

-- What was raised, as the complaint, need or task that it became.
CREATE TABLE meeting_issue (
    meeting_id INTEGER NOT NULL REFERENCES meeting (id),
    position INTEGER NOT NULL,
    subject_type TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    raised_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (meeting_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE need (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    text TEXT NOT NULL,
    importance INTEGER NOT NULL CHECK (importance BETWEEN 1 AND 10),
    meeting_id INTEGER REFERENCES meeting (id),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX need_customer_id ON need (customer_id, importance, id);
