-- Whether what asked for a task was there no more when it ended, so that nobody did it. Steps of the
-- ladder of debts were told by their note.
ALTER TABLE task ADD COLUMN is_withdrawn INTEGER NOT NULL DEFAULT 0
    CHECK (is_withdrawn = 0 OR is_withdrawn = 1);

UPDATE task SET is_withdrawn = 1
WHERE subject_type = 'order' AND settled_by = 'scheduler'
    AND note = 'nothing is owed for the order any more'
    AND (cause = 'payment-reminder:' || subject_id OR cause = 'payment-pressure:' || subject_id
        OR cause = 'legal-action:' || subject_id);
