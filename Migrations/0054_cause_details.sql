-- The second level of the causes of complaints (M58): what the policy has of each cause.
ALTER TABLE complaint_policy ADD COLUMN has_cause_details INTEGER NOT NULL DEFAULT 0
    CHECK (has_cause_details = 0 OR has_cause_details = 1);

CREATE TABLE complaint_cause_detail (
    complaint_policy_id INTEGER NOT NULL REFERENCES complaint_policy (id),
    position INTEGER NOT NULL,
    cause TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (complaint_policy_id, position)
) STRICT, WITHOUT ROWID;

ALTER TABLE complaint ADD COLUMN cause_detail TEXT
    CHECK (cause_detail IS NULL OR cause IS NOT NULL);
