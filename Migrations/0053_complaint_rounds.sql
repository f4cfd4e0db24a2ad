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

-- A remedy was late that was carried out after the deadline which the round was given last, moved
-- by the pauses since; in a round that was given no other, one that the journal calls overdue.
WITH overdue AS MATERIALIZED (SELECT subject_id, at FROM event
    WHERE action = 'complaint.remedy-overdue'),
began AS (SELECT d.complaint_id, d.position, d.at,
        (SELECT max(r.position) FROM complaint_history r
            WHERE r.complaint_id = d.complaint_id AND r.action = 'reopen'
                AND r.position < d.position) AS position_before,
        (SELECT min(r.at) FROM complaint_history r
            WHERE r.complaint_id = d.complaint_id AND r.action = 'reopen'
                AND r.position > d.position) AS ended_at
    FROM complaint k JOIN complaint_history d ON d.complaint_id = k.id
    WHERE k.reopened > 0 AND d.action = 'remedy/done'),
round AS MATERIALIZED (SELECT b.complaint_id, b.position, b.at, b.ended_at,
        (SELECT r.at FROM complaint_history r WHERE r.complaint_id = b.complaint_id
            AND r.position = b.position_before) AS began_at,
        (SELECT max(n.position) FROM complaint_history n
            WHERE n.complaint_id = b.complaint_id AND n.action = 'deadlines'
                AND n.position > coalesce(b.position_before, -1) AND n.position < b.position
                AND json_extract(n.details, '$.remedyDueAt')
                    IS NOT json_extract(n.details, '$.remedyWasDueAt')) AS renewal
    FROM began b WHERE b.ended_at IS NOT NULL)
UPDATE complaint SET earlier_breached = 1
WHERE id IN (SELECT d.complaint_id FROM overdue o JOIN round d ON d.complaint_id = o.subject_id
        WHERE d.renewal IS NULL AND o.at > coalesce(d.began_at, -1) AND o.at <= d.ended_at)
    OR id IN (SELECT d.complaint_id FROM round d
        JOIN complaint_history n ON n.complaint_id = d.complaint_id AND n.position = d.renewal
        WHERE d.at - (SELECT coalesce(sum(h.at - (SELECT max(p.at) FROM complaint_history p
                    WHERE p.complaint_id = h.complaint_id AND p.action = 'pause'
                        AND p.position < h.position)), 0)
                FROM complaint_history h
                WHERE h.complaint_id = d.complaint_id AND h.action = 'resume'
                    AND h.position > n.position AND h.position < d.position)
            > CAST(round((julianday(json_extract(n.details, '$.remedyDueAt')) - 2440587.5)
                * 86400000) AS INTEGER));

-- The complaints whose subject and description are one line of their search text: a job writes it
-- anew, piece by piece.
CREATE TABLE complaint_text_backlog (
    complaint_id INTEGER PRIMARY KEY REFERENCES complaint (id)
) STRICT;

INSERT INTO complaint_text_backlog (complaint_id)
SELECT id FROM complaint WHERE description IS NOT NULL;
