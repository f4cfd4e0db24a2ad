-- What staff is asked to do by what customers buy and owe: an offer where the sum of purchases passes
-- a multiple of an amount (M10), and the steps of the ladder where an order is not paid (M28).
ALTER TABLE warning_policy ADD COLUMN cumulative_amount INTEGER NOT NULL DEFAULT 1000000
    CHECK (cumulative_amount > 0);
ALTER TABLE warning_policy ADD COLUMN reminder_days INTEGER NOT NULL DEFAULT 3
    CHECK (reminder_days BETWEEN 0 AND 3650);
ALTER TABLE warning_policy ADD COLUMN pressure_days INTEGER NOT NULL DEFAULT 30
    CHECK (pressure_days BETWEEN 0 AND 3650);
ALTER TABLE warning_policy ADD COLUMN legal_days INTEGER NOT NULL DEFAULT 90
    CHECK (legal_days BETWEEN 0 AND 3650);

-- The amounts that customers have passed, each once, and the orders that took them there.
CREATE TABLE cumulative_prompt (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    amount INTEGER NOT NULL,
    order_id INTEGER NOT NULL REFERENCES customer_order (id),
    raised_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX cumulative_prompt_customer_id ON cumulative_prompt (customer_id, amount);

-- The steps of the ladder that wait to be taken.
CREATE INDEX task_ladder ON task (customer_id, subject_id)
    WHERE status = 'open' AND (kind = 'payment-reminder' OR kind = 'payment-pressure'
        OR kind = 'legal-action');
