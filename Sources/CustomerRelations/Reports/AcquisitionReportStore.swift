// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What the report on acquisition counts.
struct AcquisitionReportStore: Sendable {
    /// The figures of each channel of which there are customers or costs, by its key.
    func rows(
        _ filter: AcquisitionReport.Filter,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [String: AcquisitionReport.Row] {
        let since = filter.since ?? .first
        let until = filter.until ?? .last
        var rows: [String: AcquisitionReport.Row] = [:]
        try snapshot.forEach(
            """
            SELECT coalesce(c.source_channel, '\(AcquisitionReport.Row.unknown)'), count(*),
                count(CASE WHEN EXISTS (SELECT 1 FROM customer_order o
                    WHERE o.customer_id = c.id AND o.placed_at >= $1 AND o.placed_at < $2
                        AND o.cancelled_at IS NULL) THEN 1 END)
            FROM customer c
            WHERE c.created_at >= $1 AND c.created_at < $2 AND (c.archived_at IS NULL
                OR NOT EXISTS (SELECT 1 FROM customer_merge m
                    WHERE m.duplicate_id = c.id AND m.undone_at IS NULL))
            GROUP BY 1
            """,
            since,
            until
        ) { row throws(SQLiteError) in
            let key: String = try row[0]
            var figures = AcquisitionReport.Row(key: key)
            figures.customers = try row[1]
            figures.converted = try row[2]
            rows[key] = figures
        }
        for cost in try AcquisitionCostStore().all(since: since, until: until, in: snapshot) {
            let key = cost.channel.rawValue
            var figures = rows[key] ?? AcquisitionReport.Row(key: key)
            figures.cost = (figures.cost ?? .zero) + cost.share(since: since, until: until)
            rows[key] = figures
        }
        return rows
    }
}
