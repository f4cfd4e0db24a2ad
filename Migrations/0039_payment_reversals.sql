-- A payment that was recorded by mistake is taken back by another with a negative amount, once at
-- most; neither is changed or deleted.
CREATE TABLE payment_next (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES customer_order (id),
    external_id TEXT,
    amount INTEGER NOT NULL,
    paid_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    reverses_id INTEGER REFERENCES payment_next (id),
    reason TEXT,
    CHECK (amount > 0 AND reverses_id IS NULL AND reason IS NULL
        OR amount < 0 AND reverses_id IS NOT NULL AND reason IS NOT NULL)
) STRICT;

INSERT INTO payment_next (id, order_id, external_id, amount, paid_at, created_at)
SELECT id, order_id, external_id, amount, paid_at, created_at FROM payment;

DROP TABLE payment;
ALTER TABLE payment_next RENAME TO payment;

CREATE UNIQUE INDEX payment_external_id ON payment (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX payment_order_id ON payment (order_id, paid_at, id);
CREATE INDEX payment_paid_at ON payment (paid_at, id);
CREATE UNIQUE INDEX payment_reverses_id ON payment (reverses_id) WHERE reverses_id IS NOT NULL;
