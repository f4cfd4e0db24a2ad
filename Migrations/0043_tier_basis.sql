-- What the next tier run goes on from (M18): the run in force, whose sums hold for every customer to whom
-- nothing has happened since, and how far the rows went that it had seen. Rows of orders, refunds and
-- expenses are never deleted, so that new ones are those behind. Runs are not deleted either, so that
-- nothing has to look for the one that is named.
CREATE TABLE tier_basis (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    tier_run_id INTEGER NOT NULL,
    last_order_id INTEGER NOT NULL,
    last_refund_id INTEGER NOT NULL,
    last_expense_id INTEGER NOT NULL,
    last_seq INTEGER NOT NULL
) STRICT;

-- Customers of whom rows have changed that a run may have seen, and in or before which entry of the
-- journal that was told last.
CREATE TABLE tier_change (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id),
    seq INTEGER NOT NULL
) STRICT;

CREATE INDEX tier_change_seq ON tier_change (seq);

ALTER TABLE tier_run ADD COLUMN scope TEXT NOT NULL DEFAULT 'all'
    CHECK (scope = 'changed' OR scope = 'all');
-- Null until a run has finished; the basis also where all customers were read.
ALTER TABLE tier_run ADD COLUMN customers_read INTEGER;
ALTER TABLE tier_run ADD COLUMN basis_run_id INTEGER;

UPDATE tier_run SET customers_read = key_customers + ordinary_customers + small_customers;

-- Nothing asks for it since ranks have a table.
DROP INDEX tier_standing_managed;
