-- An expense that was recorded by mistake is taken back by another of the same amount below nothing and
-- of the same time, once at most; neither is changed or deleted. What takes back counts from
-- `reversed_at` on, when it was recorded, so that the sums of earlier dates stay what they were.
CREATE TABLE expense_next (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    external_id TEXT,
    amount INTEGER NOT NULL,
    spent_at INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    reverses_id INTEGER REFERENCES expense_next (id),
    reversed_at INTEGER,
    reason TEXT,
    CHECK (amount > 0 AND reverses_id IS NULL AND reversed_at IS NULL AND reason IS NULL
        OR amount < 0 AND reverses_id IS NOT NULL AND reversed_at IS NOT NULL
            AND reason IS NOT NULL)
) STRICT;

INSERT INTO expense_next (id, customer_id, external_id, amount, spent_at, purpose, created_at)
SELECT id, customer_id, external_id, amount, spent_at, purpose, created_at FROM expense;

DROP TABLE expense;
ALTER TABLE expense_next RENAME TO expense;

CREATE UNIQUE INDEX expense_external_id ON expense (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX expense_customer_id ON expense (customer_id, spent_at, amount, reversed_at);
CREATE INDEX expense_spent_at ON expense (spent_at, id);
CREATE UNIQUE INDEX expense_reverses_id ON expense (reverses_id) WHERE reverses_id IS NOT NULL;
CREATE INDEX expense_reversed_at ON expense (reversed_at, id) WHERE reversed_at IS NOT NULL;
