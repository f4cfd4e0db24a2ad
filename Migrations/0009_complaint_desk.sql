-- What the four steps and the clocks of a complaint have come to (M59, M60, M61).
ALTER TABLE complaint ADD COLUMN verdict TEXT
    CHECK (verdict = 'justified' OR verdict = 'partly' OR verdict = 'not');
ALTER TABLE complaint ADD COLUMN remedy_proposal TEXT;
ALTER TABLE complaint ADD COLUMN remedy_cost INTEGER;
ALTER TABLE complaint ADD COLUMN remedy_standing TEXT
    CHECK (remedy_standing = 'proposed' OR remedy_standing = 'accepted'
        OR remedy_standing = 'declined' OR remedy_standing = 'done');
ALTER TABLE complaint ADD COLUMN helped INTEGER;
ALTER TABLE complaint ADD COLUMN score INTEGER CHECK (score BETWEEN 1 AND 10);
-- Since when it waits for the customer, and how long it has waited before, in milliseconds: as far
-- as each clock stood still for it.
ALTER TABLE complaint ADD COLUMN paused_at INTEGER;
ALTER TABLE complaint ADD COLUMN answer_paused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE complaint ADD COLUMN remedy_paused INTEGER NOT NULL DEFAULT 0;
-- When the remedy's clock began, if it began anew.
ALTER TABLE complaint ADD COLUMN reopened_at INTEGER;
ALTER TABLE complaint ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0;
ALTER TABLE complaint ADD COLUMN reward_kind TEXT;
ALTER TABLE complaint ADD COLUMN reward_amount INTEGER;
