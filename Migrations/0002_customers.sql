-- Customers with the ways to reach them. `search_text` is derived: the folded name, external id,
-- e-mails and phone digits, a line each.
CREATE TABLE customer (
    id INTEGER PRIMARY KEY,
    external_id TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('individual', 'enterprise')),
    role TEXT NOT NULL CHECK (role = 'end' OR role = 'intermediary' OR role = 'internal'),
    name TEXT NOT NULL,
    source_channel TEXT,
    source_detail TEXT,
    lifecycle TEXT NOT NULL
        CHECK (lifecycle = 'prospect' OR lifecycle = 'target' OR lifecycle = 'active'
            OR lifecycle = 'dormant' OR lifecycle = 'lost'),
    stage TEXT
        CHECK (stage = 'development' OR stage = 'initial' OR stage = 'stable'
            OR stage = 'strategic'),
    owner_id INTEGER,
    time_zone TEXT,
    credit_limit INTEGER,
    profile TEXT,
    search_text TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    archived_at INTEGER
) STRICT;

CREATE UNIQUE INDEX customer_external_id ON customer (external_id);
CREATE INDEX customer_created_at ON customer (created_at, id);
CREATE INDEX customer_updated_at ON customer (updated_at, id);
CREATE INDEX customer_name ON customer (name, id);
CREATE INDEX customer_owner_id ON customer (owner_id, id);

CREATE TABLE customer_phone (
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    position INTEGER NOT NULL,
    typed TEXT NOT NULL,
    e164 TEXT NOT NULL,
    digits TEXT NOT NULL,
    label TEXT,
    PRIMARY KEY (customer_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX customer_phone_e164 ON customer_phone (e164, customer_id);

CREATE TABLE customer_email (
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    position INTEGER NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (customer_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_tag (
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    position INTEGER NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (customer_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX customer_tag_tag ON customer_tag (tag, customer_id);
