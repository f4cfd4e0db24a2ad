-- A standing keeps the stage that stood at the date of its run when the run was made: assessments that
-- come later change no result. Of the runs there are it is what stands now.
ALTER TABLE tier_standing ADD COLUMN stage TEXT
    CHECK (stage = 'development' OR stage = 'initial' OR stage = 'stable' OR stage = 'strategic');

UPDATE tier_standing SET stage = (SELECT a.stage FROM stage_assessment a
    WHERE a.customer_id = tier_standing.customer_id
        AND a.as_of <= (SELECT r.as_of FROM tier_run r WHERE r.id = tier_standing.tier_run_id)
    ORDER BY a.as_of DESC NULLS LAST LIMIT 1);

-- Whoever is not at development has orders, so that a share of nothing is an unknown one.
ALTER TABLE stage_assessment DROP COLUMN share_known;
