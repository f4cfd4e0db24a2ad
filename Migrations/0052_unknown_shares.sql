-- Of one who buys while nobody says what it buys in all it is known that the share is more than nothing,
-- and not how much.
ALTER TABLE stage_assessment ADD COLUMN share_known INTEGER NOT NULL DEFAULT 1
    CHECK (share_known = 1 OR (share_known = 0 AND bought = 0 AND need = 0));
