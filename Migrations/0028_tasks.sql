-- What people have to do, whatever asks for it. `cause` names that: while one task with a cause is open
-- there is no second.
CREATE TABLE task (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    subject_type TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    customer_id INTEGER REFERENCES customer (id),
    cause TEXT,
    reason TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    assignee_id INTEGER REFERENCES staff (id),
    status TEXT NOT NULL CHECK (status = 'open' OR status = 'done' OR status = 'declined'),
    note TEXT,
    settled_at INTEGER,
    settled_by TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX task_cause ON task (cause) WHERE status = 'open';
CREATE INDEX task_due_at ON task (due_at, id);
CREATE INDEX task_status ON task (status, due_at, id);
CREATE INDEX task_assignee_id ON task (assignee_id, due_at, id);
CREATE INDEX task_customer_id ON task (customer_id, due_at, id);
CREATE INDEX task_subject ON task (subject_type, subject_id, due_at, id);
