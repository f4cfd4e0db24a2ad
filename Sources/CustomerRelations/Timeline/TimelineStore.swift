// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct TimelineStore: Sendable {
    /// A tier change stands in the run in whose date it fell; of runs of one date the last counts.
    private static let source = """
        (SELECT 'interaction' AS kind, customer_id, occurred_at AS at, id, summary AS text,
            channel, NULL AS total, NULL AS tier, NULL AS previous_tier
        FROM interaction
        UNION ALL
        SELECT 'complaint', customer_id, received_at, id, subject, channel, NULL, NULL, NULL
        FROM complaint
        UNION ALL
        SELECT 'order', customer_id, placed_at, id, NULL, NULL, total, NULL, NULL
        FROM customer_order
        UNION ALL
        SELECT 'warning', customer_id, raised_at, id, reason, NULL, NULL, NULL, NULL
        FROM warning
        UNION ALL
        SELECT 'tier-change', s.customer_id, s.changed_at, s.tier_run_id, NULL, NULL, NULL,
            s.tier, s.previous_tier
        FROM tier_standing s JOIN tier_run r ON r.id = s.tier_run_id
        WHERE r.status = 'finished' AND s.previous_tier IS NOT NULL AND s.changed_at = r.as_of
            AND NOT EXISTS (SELECT 1 FROM tier_run n
                WHERE n.status = 'finished' AND n.as_of = r.as_of AND n.id > r.id)
        ) t
        """

    func page(
        of customer: ID<Customer>,
        leavingOut hidden: [TimelineEntry.Kind],
        _ request: PageRequest<TimelineSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<TimelineEntry> {
        var select = PagedSelect(
            "t.kind, t.at, t.id, t.text, t.channel, t.total, t.tier, t.previous_tier",
            from: Self.source
        )
        select.filter("t.customer_id = $?", customer)
        for kind in hidden { select.filter("t.kind <> $?", kind) }
        return try select.page(request, key: ["t.at", "t.kind", "t.id"], in: snapshot) {
            row throws(SQLiteError) in
            try TimelineEntry(
                kind: row[0],
                at: row[1],
                id: row[2],
                text: row[3],
                channel: row[4],
                total: row[5],
                tier: row[6],
                previousTier: row[7]
            )
        } keyOf: { entry in
            [entry.at.stored, entry.kind.stored, entry.id.stored]
        }
    }
}
