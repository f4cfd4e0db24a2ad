-- What every feature stands on: the journal, the tokens, the keys of safe retries, secrets.

-- The journal: audit trail, event feed and outbox in one. `digest` is the salted digest of
-- `changes`, `hash` covers the hash before it and this entry, so that erasing `changes` and `salt`
-- leaves the chain whole.
CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    request_id TEXT NOT NULL,
    action TEXT NOT NULL,
    subject_type TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    changes TEXT,
    salt BLOB,
    digest BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;

CREATE TABLE token (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL
        CHECK (role = 'reader' OR role = 'agent' OR role = 'manager' OR role = 'steward'
            OR role = 'admin'),
    scopes TEXT,
    owner TEXT NOT NULL,
    digest BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    revoked_at INTEGER
) STRICT;

CREATE UNIQUE INDEX token_digest ON token (digest);

-- The first answer to a POST with an Idempotency-Key; `status` is null while it is being made.
CREATE TABLE idempotency (
    token_id INTEGER NOT NULL REFERENCES token (id),
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    status INTEGER,
    location TEXT,
    etag TEXT,
    body BLOB,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (token_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_created_at ON idempotency (created_at);

CREATE TABLE secret (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
