-- Contacts with customers (M47) and what was promised in them (M50).
CREATE TABLE interaction (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    direction TEXT NOT NULL CHECK (direction IN ('inbound', 'outbound')),
    content TEXT NOT NULL
        CHECK (content = 'information' OR content = 'feeling' OR content = 'idea'
            OR content = 'opinion' OR content = 'policy'),
    channel TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    duration_seconds INTEGER,
    summary TEXT NOT NULL,
    next_step TEXT,
    search_text TEXT NOT NULL,
    external_id TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX interaction_external_id ON interaction (external_id);
CREATE INDEX interaction_customer_id ON interaction (customer_id, occurred_at, id);
CREATE INDEX interaction_occurred_at ON interaction (occurred_at, id);

CREATE TABLE promise (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    interaction_id INTEGER NOT NULL REFERENCES interaction (id),
    text TEXT NOT NULL,
    due_at INTEGER NOT NULL
) STRICT;

CREATE INDEX promise_interaction_id ON promise (interaction_id, id);
CREATE INDEX promise_customer_id ON promise (customer_id, due_at, id);
