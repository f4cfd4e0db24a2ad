-- What is paid for orders, what is given back, and which orders are called off. `paid` and
-- `refunded` are the sums of an order's payments and refunds; `paid_at` is set once nothing is left
-- to be paid, whether payments say so or whoever recorded the order.
ALTER TABLE customer_order ADD COLUMN channel TEXT;
ALTER TABLE customer_order ADD COLUMN paid INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customer_order ADD COLUMN refunded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customer_order ADD COLUMN cancelled_at INTEGER;

CREATE INDEX customer_order_cancelled_at
    ON customer_order (customer_id, placed_at, cancelled_at, total, cost)
    WHERE cancelled_at IS NOT NULL;

-- What the line cost us, by its own unit cost or what its product's was.
ALTER TABLE order_line ADD COLUMN cost INTEGER;
ALTER TABLE order_line ADD COLUMN discount INTEGER;

UPDATE order_line SET cost = quantity * coalesce(
    unit_cost, (SELECT p.unit_cost FROM product p WHERE p.sku = order_line.sku));

CREATE TABLE payment (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES customer_order (id),
    external_id TEXT,
    amount INTEGER NOT NULL CHECK (amount > 0),
    paid_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX payment_external_id ON payment (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX payment_order_id ON payment (order_id, paid_at, id);
CREATE INDEX payment_paid_at ON payment (paid_at, id);

-- Amounts, quantities and costs are those of an order with their signs turned. A cancellation takes
-- back all of an order.
CREATE TABLE refund (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES customer_order (id),
    kind TEXT NOT NULL CHECK (kind = 'refund' OR kind = 'cancellation'),
    amount INTEGER NOT NULL CHECK (amount <= 0),
    cost INTEGER,
    reason TEXT NOT NULL,
    refunded_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX refund_order_id ON refund (order_id, refunded_at, id);
CREATE INDEX refund_refunded_at ON refund (refunded_at, id);

CREATE TABLE refund_line (
    refund_id INTEGER NOT NULL REFERENCES refund (id),
    position INTEGER NOT NULL,
    order_position INTEGER NOT NULL,
    sku TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity < 0),
    unit_price INTEGER NOT NULL,
    discount INTEGER,
    cost INTEGER,
    PRIMARY KEY (refund_id, position)
) STRICT, WITHOUT ROWID;

ALTER TABLE tier_standing ADD COLUMN refunded INTEGER NOT NULL DEFAULT 0;
