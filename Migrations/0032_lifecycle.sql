-- How the relation with a customer went (M04): each change of its lifecycle. What it began with is the
-- first change's origin, or what it is, if it never changed.
CREATE TABLE lifecycle_change (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    origin TEXT NOT NULL,
    lifecycle TEXT NOT NULL,
    reason TEXT,
    actor TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

CREATE INDEX lifecycle_change_customer_id ON lifecycle_change (customer_id, id);
