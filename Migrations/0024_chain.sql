-- How customers depend on each other in trade (M03): whom one buys through, whom one serves.
CREATE TABLE chain_link (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('buys-through', 'serves')),
    from_id INTEGER NOT NULL REFERENCES customer (id),
    to_id INTEGER NOT NULL REFERENCES customer (id),
    created_at INTEGER NOT NULL,
    CHECK (from_id <> to_id)
) STRICT;

CREATE UNIQUE INDEX chain_link_from_id ON chain_link (from_id, kind, to_id);
CREATE INDEX chain_link_to_id ON chain_link (to_id, kind, from_id);
