-- How far roles and people may go by themselves (M51): the latest policy is in force.
CREATE TABLE authority_policy (
    id INTEGER PRIMARY KEY,
    reply_hours INTEGER NOT NULL CHECK (reply_hours BETWEEN 1 AND 720),
    act_first_hours INTEGER NOT NULL CHECK (act_first_hours BETWEEN 1 AND 720),
    created_at INTEGER NOT NULL
) STRICT;

-- Of a role, or of a person; without an amount there is no limit.
CREATE TABLE authority_limit (
    authority_policy_id INTEGER NOT NULL REFERENCES authority_policy (id),
    position INTEGER NOT NULL,
    kind TEXT NOT NULL
        CHECK (kind = 'remedy' OR kind = 'reward' OR kind = 'discount' OR kind = 'quiet-hours'),
    role TEXT
        CHECK (role = 'reader' OR role = 'agent' OR role = 'manager' OR role = 'steward'
            OR role = 'admin'),
    staff_id INTEGER REFERENCES staff (id),
    amount INTEGER,
    may_act_first INTEGER NOT NULL CHECK (may_act_first = 0 OR may_act_first = 1),
    PRIMARY KEY (authority_policy_id, position),
    CHECK ((role IS NULL) <> (staff_id IS NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO authority_policy (id, reply_hours, act_first_hours, created_at) VALUES (1, 24, 24, 0);

-- What somebody asks for that is beyond their authority.
CREATE TABLE approval (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL
        CHECK (kind = 'remedy' OR kind = 'reward' OR kind = 'discount' OR kind = 'quiet-hours'),
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    complaint_id INTEGER REFERENCES complaint (id),
    amount INTEGER,
    reason TEXT,
    asker TEXT NOT NULL,
    asker_id INTEGER REFERENCES staff (id),
    asker_token_id INTEGER REFERENCES token (id),
    to_id INTEGER REFERENCES staff (id),
    reply_by INTEGER NOT NULL,
    acted_first INTEGER NOT NULL CHECK (acted_first = 0 OR acted_first = 1),
    status TEXT NOT NULL
        CHECK (status = 'pending' OR status = 'approved' OR status = 'declined'),
    decided_at INTEGER,
    decider TEXT,
    decider_id INTEGER REFERENCES staff (id),
    decision_reason TEXT,
    used_at INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX approval_reply_by ON approval (reply_by, id);
CREATE INDEX approval_status ON approval (status, reply_by, id);
CREATE INDEX approval_customer_id ON approval (customer_id, reply_by, id);
CREATE INDEX approval_complaint_id ON approval (complaint_id, reply_by, id)
    WHERE complaint_id IS NOT NULL;
CREATE INDEX approval_asker_id ON approval (asker_id, reply_by, id) WHERE asker_id IS NOT NULL;
CREATE INDEX approval_asker_token_id ON approval (asker_token_id)
    WHERE asker_token_id IS NOT NULL;
CREATE INDEX approval_to_id ON approval (to_id, reply_by, id) WHERE to_id IS NOT NULL;
