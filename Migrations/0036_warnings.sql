-- Early warnings (M13 to M17): the policy with its history, the cases, and what is to be looked at.
-- Shares and probabilities are ten-thousandths.
CREATE TABLE warning_policy (
    id INTEGER PRIMARY KEY,
    overdue_days INTEGER NOT NULL CHECK (overdue_days BETWEEN 0 AND 3650),
    progress_share INTEGER NOT NULL CHECK (progress_share BETWEEN 1 AND 10000),
    expense_period TEXT NOT NULL CHECK (expense_period = 'month' OR expense_period = 'quarter'),
    expense_rises INTEGER NOT NULL CHECK (expense_rises BETWEEN 1 AND 12),
    alive_probability INTEGER NOT NULL CHECK (alive_probability BETWEEN 1 AND 9999),
    churn_intervals INTEGER NOT NULL CHECK (churn_intervals BETWEEN 1 AND 100),
    task_days INTEGER NOT NULL CHECK (task_days BETWEEN 0 AND 365),
    created_at INTEGER NOT NULL
) STRICT;

INSERT INTO warning_policy
    (id, overdue_days, progress_share, expense_period, expense_rises, alive_probability,
    churn_intervals, task_days, created_at)
VALUES (1, 30, 9000, 'month', 3, 3000, 3, 3, 0);

-- `reference` tells apart what one reason can be raised by: the order that is overdue, the plan, the
-- period, the last order. `threshold` is what the policy said then, in ten-thousandths. `cleared_at` is
-- set once what raised a closed case holds no more: until then the same is not raised again.
CREATE TABLE warning (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    kind TEXT NOT NULL
        CHECK (kind = 'credit' OR kind = 'sales-progress' OR kind = 'sales-expense'
            OR kind = 'churn'),
    reason TEXT NOT NULL
        CHECK (reason = 'over-limit' OR reason = 'overdue' OR reason = 'behind-plan'
            OR reason = 'over-budget' OR reason = 'rising-expense' OR reason = 'no-order'),
    reference INTEGER NOT NULL,
    status TEXT NOT NULL
        CHECK (status = 'open' OR status = 'investigating' OR status = 'countermeasure'
            OR status = 'closed'),
    cause TEXT,
    action TEXT,
    raised_at INTEGER NOT NULL,
    investigated_at INTEGER,
    countermeasure_at INTEGER,
    closed_at INTEGER,
    cleared_at INTEGER,
    threshold INTEGER,
    outstanding INTEGER,
    credit_limit INTEGER,
    order_id INTEGER REFERENCES customer_order (id),
    due_at INTEGER,
    period TEXT,
    sales_target INTEGER,
    expected_sales INTEGER,
    sales INTEGER,
    expense_budget INTEGER,
    expense INTEGER,
    orders INTEGER,
    last_order_at INTEGER,
    half_interval_days INTEGER,
    days_since INTEGER,
    p_alive REAL,
    value_model_id INTEGER,
    version INTEGER NOT NULL,
    CHECK (status <> 'closed' OR (cause IS NOT NULL AND action IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX warning_open ON warning (customer_id, kind) WHERE status <> 'closed';
CREATE INDEX warning_standing ON warning (customer_id, kind) WHERE cleared_at IS NULL;
CREATE INDEX warning_customer_id ON warning (customer_id, raised_at, id);
CREATE INDEX warning_raised_at ON warning (raised_at, id);
CREATE INDEX warning_status ON warning (status, raised_at, id);
CREATE INDEX warning_kind ON warning (kind, raised_at, id);

-- Sales and expense of the periods in which their ratio rose, oldest first.
CREATE TABLE warning_period (
    warning_id INTEGER NOT NULL REFERENCES warning (id),
    position INTEGER NOT NULL,
    period TEXT NOT NULL,
    sales INTEGER NOT NULL,
    expense INTEGER NOT NULL,
    PRIMARY KEY (warning_id, position)
) STRICT, WITHOUT ROWID;

-- Customers to whom something has happened; whoever has looked deletes the rows up to the last seen.
CREATE TABLE warning_check (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id)
) STRICT;

-- Looks at all customers, in the order of their ids, and how far each has come.
CREATE TABLE warning_run (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL CHECK (status = 'running' OR status = 'finished'),
    looked_at INTEGER NOT NULL,
    customers INTEGER NOT NULL,
    raised INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX warning_run_status ON warning_run (status, id);

-- Whether something asks for a look at all customers before the night.
CREATE TABLE warning_mark (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    is_run_due INTEGER NOT NULL CHECK (is_run_due = 0 OR is_run_due = 1)
) STRICT;

INSERT INTO warning_mark (id, is_run_due) VALUES (1, 0);

-- What customers owe, and of which orders something was given back.
CREATE INDEX customer_order_owed ON customer_order (customer_id, due_at, total, paid, refunded)
    WHERE terms = 'credit' AND paid_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX customer_order_refunded ON customer_order (customer_id) WHERE refunded > 0;
