-- The run that ranked the duplicate last before a merge: once the merge is undone, what it said of it
-- holds until another run ranks it.
ALTER TABLE customer_merge ADD COLUMN tier_run_id INTEGER REFERENCES tier_run (id);

UPDATE customer_merge SET tier_run_id =
    (SELECT max(s.tier_run_id) FROM tier_run r JOIN tier_standing s ON s.tier_run_id = r.id
        WHERE s.customer_id = customer_merge.duplicate_id AND r.status = 'finished'
            AND r.updated_at <= customer_merge.merged_at);

CREATE INDEX customer_merge_tier_run_id ON customer_merge (tier_run_id)
    WHERE tier_run_id IS NOT NULL;
CREATE INDEX customer_merge_parted ON customer_merge (duplicate_id, id)
    WHERE undone_at IS NOT NULL;
