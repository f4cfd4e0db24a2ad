-- Customer value: the policy with its history, and the models fitted to the orders (docs/models.md).
-- Shares in the policy are ten-thousandths; the discount rate is that of a year.
CREATE TABLE value_policy (
    id INTEGER PRIMARY KEY,
    discount_rate INTEGER NOT NULL CHECK (discount_rate BETWEEN 0 AND 10000),
    margin INTEGER NOT NULL CHECK (margin BETWEEN 0 AND 10000),
    refit_days INTEGER NOT NULL CHECK (refit_days BETWEEN 1 AND 365),
    created_at INTEGER NOT NULL
) STRICT;

INSERT INTO value_policy (id, discount_rate, margin, refit_days, created_at)
VALUES (1, 1000, 10000, 7, 0);

-- What was learnt is null until a model is finished. Errors are null where the data leave a
-- parameter open, p, q and v where the amounts have no model, the holdout where the history is too
-- short for one. `data_until` is the first instant whose orders no longer count.
CREATE TABLE value_model (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL CHECK (status = 'running' OR status = 'finished' OR status = 'failed'),
    data_until INTEGER NOT NULL,
    failure TEXT CHECK (failure = 'too-few-repeat-customers' OR failure = 'undetermined'
        OR failure = 'error'),
    customers INTEGER,
    repeat_customers INTEGER,
    r REAL,
    alpha REAL,
    a REAL,
    b REAL,
    log_likelihood REAL,
    r_error REAL,
    alpha_error REAL,
    a_error REAL,
    b_error REAL,
    p REAL,
    q REAL,
    v REAL,
    spending_customers INTEGER,
    spending_log_likelihood REAL,
    p_error REAL,
    q_error REAL,
    v_error REAL,
    holdout_weeks REAL,
    holdout_customers INTEGER,
    holdout_purchases INTEGER,
    holdout_expected REAL,
    model_rmse REAL,
    model_top_share REAL,
    recency_rmse REAL,
    recency_top_share REAL,
    frequency_rmse REAL,
    frequency_top_share REAL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX value_model_data_until ON value_model (status, data_until, id);
