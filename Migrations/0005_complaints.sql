-- Complaints (M56–M60). `history` rows are what was done, oldest first.
CREATE TABLE complaint (
    id INTEGER PRIMARY KEY,
    external_id TEXT,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    channel TEXT NOT NULL,
    subject TEXT NOT NULL,
    description TEXT,
    cause TEXT,
    severity TEXT NOT NULL
        CHECK (severity = 'low' OR severity = 'normal' OR severity = 'high'
            OR severity = 'critical'),
    order_id INTEGER REFERENCES customer_order (id),
    status TEXT NOT NULL
        CHECK (status = 'open' OR status = 'waiting-customer' OR status = 'closed'),
    step TEXT NOT NULL
        CHECK (step = 'listen' OR step = 'assess' OR step = 'remedy' OR step = 'follow-up'
            OR step = 'done'),
    received_at INTEGER NOT NULL,
    answer_due_at INTEGER NOT NULL,
    answered_at INTEGER,
    remedy_due_at INTEGER NOT NULL,
    remedied_at INTEGER,
    closed_at INTEGER,
    assignee_id INTEGER,
    leader_id INTEGER,
    search_text TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX complaint_external_id ON complaint (external_id)
    WHERE external_id IS NOT NULL;
CREATE INDEX complaint_customer_id ON complaint (customer_id, received_at, id);
CREATE INDEX complaint_received_at ON complaint (received_at, id);
CREATE INDEX complaint_status ON complaint (status, received_at, id);
CREATE INDEX complaint_answer_due_at ON complaint (answer_due_at, id);
CREATE INDEX complaint_assignee_id ON complaint (assignee_id, received_at, id)
    WHERE assignee_id IS NOT NULL;
CREATE INDEX complaint_order_id ON complaint (order_id) WHERE order_id IS NOT NULL;

CREATE TABLE complaint_history (
    complaint_id INTEGER NOT NULL REFERENCES complaint (id),
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY (complaint_id, position)
) STRICT, WITHOUT ROWID;
