-- When customers are not to be disturbed (M49): the latest policy is in force.
CREATE TABLE contact_policy (
    id INTEGER PRIMARY KEY,
    -- Days as 2026-10-01, separated by blanks.
    holidays TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Minutes since midnight by the customer's clocks; a rule that ends before it begins ends on the day
-- after. Seasons are month * 100 + day, both ends within; days are words, separated by blanks, and
-- all days if there are none.
CREATE TABLE contact_policy_rule (
    contact_policy_id INTEGER NOT NULL REFERENCES contact_policy (id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    season_from INTEGER,
    season_until INTEGER,
    days TEXT NOT NULL,
    from_minute INTEGER NOT NULL CHECK (from_minute BETWEEN 0 AND 1439),
    until_minute INTEGER NOT NULL CHECK (until_minute BETWEEN 0 AND 1440),
    PRIMARY KEY (contact_policy_id, position),
    CHECK ((season_from IS NULL) = (season_until IS NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO contact_policy (id, holidays, created_at) VALUES (1, '', 0);
INSERT INTO contact_policy_rule
    (contact_policy_id, position, name, season_from, season_until, days, from_minute, until_minute)
VALUES
    (1, 0, 'summer-midday', 601, 930, '', 720, 870),
    (1, 1, 'winter-morning', 1101, 229, '', 0, 480),
    (1, 2, 'day-off-morning', NULL, NULL, 'saturday sunday holiday', 0, 540),
    (1, 3, 'night', NULL, NULL, '', 1260, 480);

-- Contacts that are to be made. `overridden_rule` is the one that would have forbidden it.
CREATE TABLE planned_contact (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    channel TEXT NOT NULL,
    planned_at INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    overridden_rule TEXT,
    override_reason TEXT,
    status TEXT NOT NULL
        CHECK (status = 'planned' OR status = 'done' OR status = 'cancelled'),
    interaction_id INTEGER REFERENCES interaction (id),
    reason TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX planned_contact_planned_at ON planned_contact (planned_at, id);
CREATE INDEX planned_contact_customer_id ON planned_contact (customer_id, planned_at, id);
CREATE INDEX planned_contact_staff_id ON planned_contact (staff_id, planned_at, id);
