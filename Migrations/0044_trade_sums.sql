-- What the orders of a customer and the expense on it come to, kept beside them so that nothing that
-- records one more has to read them all: what it has bought (M10), what it owes (M13), and all amounts
-- together, which have a bound. A customer without either has no row, or one of nothing.
--
-- Each sum is added up by the upper and the lower halves of the amounts, for the database's own is an
-- error where 64 bits do not hold it, and stops at a billion billions on either side.
CREATE TABLE trade_sum (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id),
    purchases INTEGER NOT NULL,
    owed INTEGER NOT NULL,
    volume INTEGER NOT NULL
) STRICT;

INSERT INTO trade_sum (customer_id, purchases, owed, volume)
SELECT c.id,
    coalesce((SELECT cast(max(-1000000000000000000, min(1000000000000000000,
            sum(o.total >> 32) * 4294967296 + sum(o.total & 4294967295))) AS bigint)
        FROM customer_order o WHERE o.customer_id = c.id), 0)
    - coalesce((SELECT cast(max(-1000000000000000000, min(1000000000000000000,
            sum(o.total >> 32) * 4294967296 + sum(o.total & 4294967295))) AS bigint)
        FROM customer_order o WHERE o.customer_id = c.id AND o.cancelled_at IS NOT NULL), 0)
    - coalesce((SELECT cast(max(-1000000000000000000, min(1000000000000000000,
            sum(o.refunded >> 32) * 4294967296 + sum(o.refunded & 4294967295))) AS bigint)
        FROM customer_order o WHERE o.customer_id = c.id AND o.refunded > 0), 0),
    coalesce((SELECT cast(max(-1000000000000000000, min(1000000000000000000,
            sum((o.total - o.refunded - o.paid) >> 32) * 4294967296
            + sum((o.total - o.refunded - o.paid) & 4294967295))) AS bigint)
        FROM customer_order o WHERE o.customer_id = c.id AND o.terms = 'credit'
            AND o.paid_at IS NULL AND o.cancelled_at IS NULL
            AND o.total - o.refunded - o.paid > 0), 0),
    coalesce((SELECT cast(max(-1000000000000000000, min(1000000000000000000,
            sum((o.total + coalesce(o.cost, 0)) >> 32) * 4294967296
            + sum((o.total + coalesce(o.cost, 0)) & 4294967295))) AS bigint)
        FROM customer_order o WHERE o.customer_id = c.id), 0)
    + coalesce((SELECT cast(max(-1000000000000000000, min(1000000000000000000,
            sum(e.amount >> 32) * 4294967296 + sum(e.amount & 4294967295))) AS bigint)
        FROM expense e WHERE e.customer_id = c.id), 0)
FROM customer c
WHERE EXISTS (SELECT 1 FROM customer_order o WHERE o.customer_id = c.id)
    OR EXISTS (SELECT 1 FROM expense e WHERE e.customer_id = c.id);

-- Why a run failed, in a sentence; null of one that did not, and of those of earlier versions.
ALTER TABLE tier_run ADD COLUMN reason TEXT;
