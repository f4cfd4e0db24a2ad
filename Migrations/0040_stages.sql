-- Relationship stages (M21, M22) and attitude (M20), by the share of what customers buy in all. What
-- they bought of us and need is in twelfths of a fen, so that months, quarters and years are exact. A
-- run is never deleted, so that nothing has to look for those that it found.
CREATE TABLE stage_assessment (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    as_of INTEGER NOT NULL,
    window_start INTEGER NOT NULL,
    window_months INTEGER NOT NULL,
    tier_run_id INTEGER,
    stage TEXT NOT NULL
        CHECK (stage = 'development' OR stage = 'initial' OR stage = 'stable'
            OR stage = 'strategic'),
    pending TEXT CHECK (pending = 'initial' OR pending = 'stable' OR pending = 'strategic'),
    previous_stage TEXT
        CHECK (previous_stage = 'development' OR previous_stage = 'initial'
            OR previous_stage = 'stable' OR previous_stage = 'strategic'),
    changed_at INTEGER NOT NULL,
    bought INTEGER NOT NULL CHECK (bought >= 0),
    need INTEGER NOT NULL CHECK (need >= bought),
    task_id INTEGER REFERENCES task (id),
    created_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX stage_assessment_customer_id ON stage_assessment (customer_id, as_of);

-- Null where nothing is known of what the customer buys in all.
ALTER TABLE tier_standing ADD COLUMN attitude TEXT
    CHECK (attitude = 'loyal' OR attitude = 'switcher' OR attitude = 'none');
ALTER TABLE tier_standing ADD COLUMN category_bought INTEGER;
ALTER TABLE tier_standing ADD COLUMN category_need INTEGER;
ALTER TABLE tier_standing ADD COLUMN switched_at INTEGER;
ALTER TABLE tier_standing ADD COLUMN early_adopter INTEGER NOT NULL DEFAULT 0;

ALTER TABLE tier_policy ADD COLUMN early_adopter_days INTEGER NOT NULL DEFAULT 30
    CHECK (early_adopter_days BETWEEN 0 AND 365);

-- From how many others the customer buys, and when it last changed from one brand to another.
ALTER TABLE category_spend ADD COLUMN rivals INTEGER CHECK (rivals >= 0);
ALTER TABLE category_spend ADD COLUMN switched_at INTEGER;

CREATE INDEX product_launched_on ON product (launched_on, sku) WHERE launched_on IS NOT NULL;
