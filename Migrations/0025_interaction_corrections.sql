-- Which complaint an interaction was about (M47).
ALTER TABLE interaction ADD COLUMN complaint_id INTEGER REFERENCES complaint (id);

CREATE INDEX interaction_complaint_id ON interaction (complaint_id, occurred_at, id)
    WHERE complaint_id IS NOT NULL;

-- The interactions of calls that opened a complaint were about it.
UPDATE interaction SET complaint_id =
    (SELECT l.complaint_id FROM call l WHERE l.interaction_id = interaction.id)
WHERE id IN
    (SELECT interaction_id FROM call WHERE interaction_id IS NOT NULL AND complaint_id IS NOT NULL);

-- What interactions said before they were corrected; `original` is JSON.
CREATE TABLE interaction_correction (
    interaction_id INTEGER NOT NULL REFERENCES interaction (id),
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    original TEXT NOT NULL,
    PRIMARY KEY (interaction_id, position)
) STRICT, WITHOUT ROWID;
