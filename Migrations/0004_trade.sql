-- Products, and the orders of customers. Money is whole fen.
CREATE TABLE product (
    id INTEGER PRIMARY KEY,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    category TEXT,
    unit_price INTEGER,
    unit_cost INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX product_sku ON product (sku);

-- `cost` is null while what the order cost us is not known. `import_id` names the import that
-- brought the order in.
CREATE TABLE customer_order (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    external_id TEXT,
    placed_at INTEGER NOT NULL,
    total INTEGER NOT NULL CHECK (total >= 0),
    cost INTEGER,
    terms TEXT NOT NULL CHECK (terms IN ('prepaid', 'credit')),
    due_at INTEGER,
    paid_at INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX customer_order_external_id ON customer_order (external_id)
    WHERE external_id IS NOT NULL;
CREATE INDEX customer_order_customer_id ON customer_order (customer_id, placed_at, total, cost);
CREATE INDEX customer_order_placed_at ON customer_order (placed_at, id);

CREATE TABLE order_line (
    order_id INTEGER NOT NULL REFERENCES customer_order (id),
    position INTEGER NOT NULL,
    sku TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    unit_price INTEGER NOT NULL CHECK (unit_price >= 0),
    unit_cost INTEGER,
    PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;
