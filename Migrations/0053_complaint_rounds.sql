-- What the rounds of a complaint came to that were over when it was reopened: when a remedy was
-- carried out last, how long the clock of the remedy stood still, whether it ran out (M60).
ALTER TABLE complaint ADD COLUMN earlier_remedied_at INTEGER;
ALTER TABLE complaint ADD COLUMN earlier_paused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE complaint ADD COLUMN earlier_breached INTEGER NOT NULL DEFAULT 0
    CHECK (earlier_breached = 0 OR earlier_breached = 1);
-- Whether a complaint helped, justified or not (M61).
ALTER TABLE complaint ADD COLUMN useful INTEGER NOT NULL DEFAULT 0
    CHECK (useful = 0 OR useful = 1);

-- Of the complaints that were reopened before, their history and the journal tell.
UPDATE complaint SET
    earlier_remedied_at = (SELECT max(h.at) FROM complaint_history h
        WHERE h.complaint_id = complaint.id AND h.action = 'remedy/done'
            AND h.position < (SELECT max(r.position) FROM complaint_history r
                WHERE r.complaint_id = complaint.id AND r.action = 'reopen')),
    -- A pause counts while no remedy is carried out in its round.
    earlier_paused = (SELECT coalesce(sum(h.at - (SELECT max(p.at) FROM complaint_history p
            WHERE p.complaint_id = complaint.id AND p.action = 'pause'
                AND p.position < h.position)), 0)
        FROM complaint_history h
        WHERE h.complaint_id = complaint.id AND h.action = 'resume'
            AND h.position < (SELECT max(r.position) FROM complaint_history r
                WHERE r.complaint_id = complaint.id AND r.action = 'reopen')
            AND (SELECT coalesce(max(d.position), -1) FROM complaint_history d
                WHERE d.complaint_id = complaint.id AND d.action = 'remedy/done'
                    AND d.position < h.position)
                <= (SELECT coalesce(max(r.position), -1) FROM complaint_history r
                    WHERE r.complaint_id = complaint.id AND r.action = 'reopen'
                        AND r.position < h.position)),
    helped = coalesce(helped, (SELECT json_extract(h.details, '$.helped')
        FROM complaint_history h
        WHERE h.complaint_id = complaint.id AND h.action = 'follow-up'
        ORDER BY h.position DESC LIMIT 1)),
    score = coalesce(score, (SELECT json_extract(h.details, '$.score')
        FROM complaint_history h
        WHERE h.complaint_id = complaint.id AND h.action = 'follow-up'
            AND json_extract(h.details, '$.score') IS NOT NULL
        ORDER BY h.position DESC LIMIT 1))
WHERE reopened > 0;

WITH overdue AS (SELECT subject_id, min(seq) AS seq FROM event
    WHERE action = 'complaint.remedy-overdue' GROUP BY subject_id),
reopening AS (SELECT subject_id, max(seq) AS seq FROM event
    WHERE action = 'complaint.reopened' GROUP BY subject_id)
UPDATE complaint SET earlier_breached = 1
WHERE reopened > 0 AND id IN (SELECT o.subject_id FROM overdue o
    JOIN reopening r ON r.subject_id = o.subject_id WHERE o.seq < r.seq);

-- The complaints whose subject and description are one line of their search text: a job writes it
-- anew, piece by piece.
CREATE TABLE complaint_text_backlog (
    complaint_id INTEGER PRIMARY KEY REFERENCES complaint (id)
) STRICT;

INSERT INTO complaint_text_backlog (complaint_id)
SELECT id FROM complaint WHERE description IS NOT NULL;
