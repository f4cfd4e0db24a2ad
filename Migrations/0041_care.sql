-- What customers are entitled to by tier and potential (M23, M25), and whom to end the relation with
-- (M24), which a person decides. Shares are ten-thousandths, money is fen.
CREATE TABLE care_policy (
    id INTEGER PRIMARY KEY,
    least_gap INTEGER NOT NULL CHECK (least_gap BETWEEN 0 AND 10000),
    least_growth INTEGER NOT NULL CHECK (least_growth BETWEEN 0 AND 10000),
    overdue_days INTEGER NOT NULL CHECK (overdue_days BETWEEN 0 AND 365),
    least_repeats INTEGER NOT NULL CHECK (least_repeats BETWEEN 0 AND 10000),
    keeping_cost INTEGER NOT NULL CHECK (keeping_cost >= 0),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE care_terms (
    care_policy_id INTEGER NOT NULL REFERENCES care_policy (id),
    tier TEXT NOT NULL CHECK (tier = 'key' OR tier = 'ordinary' OR tier = 'small'),
    potential TEXT NOT NULL CHECK (potential = 'has' OR potential = 'lacks'),
    programme TEXT NOT NULL,
    channel TEXT NOT NULL
        CHECK (channel = 'face-to-face' OR channel = 'phone' OR channel = 'web'
            OR channel = 'dealer'),
    service_hours INTEGER NOT NULL CHECK (service_hours BETWEEN 0 AND 744),
    contacts_per_year INTEGER NOT NULL CHECK (contacts_per_year BETWEEN 0 AND 366),
    promotion_budget INTEGER NOT NULL CHECK (promotion_budget >= 0),
    prepayment INTEGER NOT NULL CHECK (prepayment = 0 OR prepayment = 1),
    PRIMARY KEY (care_policy_id, tier, potential)
) STRICT, WITHOUT ROWID;

INSERT INTO care_policy
    (id, least_gap, least_growth, overdue_days, least_repeats, keeping_cost, created_at)
VALUES (1, 2000, 1000, 30, 1000, 2000, 0);

INSERT INTO care_terms (care_policy_id, tier, potential, programme, channel, service_hours,
    contacts_per_year, promotion_budget, prepayment)
VALUES
    (1, 'key', 'has', 'cultivate: a manager of its own, plans made together', 'face-to-face', 40,
        24, 1000000, 0),
    (1, 'key', 'lacks', 'maintain: a manager of its own', 'face-to-face', 40, 12, 500000, 0),
    (1, 'ordinary', 'has', 'cultivate: raise to key', 'phone', 8, 12, 200000, 0),
    (1, 'ordinary', 'lacks', 'maintain: hold the spend', 'phone', 4, 4, 50000, 0),
    (1, 'small', 'has', 'cultivate: raise to ordinary', 'phone', 2, 4, 20000, 0),
    (1, 'small', 'lacks', 'lower the cost, raise the price, sell what earns more', 'web', 1, 1, 0, 1);

-- One of a customer is proposed at a time. Money that speaks for it is null where it does not.
CREATE TABLE ending_candidate (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    tier_run_id INTEGER NOT NULL,
    loss INTEGER CHECK (loss > 0),
    overdue INTEGER CHECK (overdue > 0),
    overdue_since INTEGER,
    status TEXT NOT NULL
        CHECK (status = 'proposed' OR status = 'ended' OR status = 'kept'
            OR status = 'withdrawn'),
    decider_id INTEGER REFERENCES staff (id),
    decision_reason TEXT,
    decided_at INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK (loss IS NOT NULL OR overdue IS NOT NULL),
    CHECK ((status = 'ended' OR status = 'kept')
        = (decider_id IS NOT NULL AND decision_reason IS NOT NULL AND decided_at IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX ending_candidate_proposed ON ending_candidate (customer_id)
    WHERE status = 'proposed';
CREATE INDEX ending_candidate_status ON ending_candidate (status, id);
CREATE INDEX ending_candidate_customer_id ON ending_candidate (customer_id, id);
