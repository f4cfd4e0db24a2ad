-- By which tier and policy a complaint's deadlines were set (M60).
ALTER TABLE complaint ADD COLUMN basis_tier TEXT
    CHECK (basis_tier = 'key' OR basis_tier = 'ordinary' OR basis_tier = 'small');
ALTER TABLE complaint ADD COLUMN basis_policy INTEGER NOT NULL DEFAULT 1;

-- The policy and the tier run by which all open complaints have been looked at.
CREATE TABLE deadline_basis (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    complaint_policy_id INTEGER NOT NULL,
    tier_run_id INTEGER
) STRICT;
