-- Who has which rank in a run. An index of the standings by rank was written all over for each piece
-- of a run, which comes by customer; this table is written by rank, from its beginning to its end.
CREATE TABLE tier_rank (
    tier_run_id INTEGER NOT NULL REFERENCES tier_run (id),
    rank INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    PRIMARY KEY (tier_run_id, rank)
) STRICT, WITHOUT ROWID;

INSERT INTO tier_rank (tier_run_id, rank, customer_id)
SELECT tier_run_id, rank, customer_id FROM tier_standing ORDER BY tier_run_id, rank;

DROP INDEX tier_standing_rank;
