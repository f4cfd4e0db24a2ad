// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What the report on interactions counts.
struct InteractionReportStore: Sendable {
    /// The figures of each group, by its name.
    func rows(
        _ filter: InteractionReport.Filter,
        zone: CivilTimeZone,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [String: InteractionReport.Row] {
        var rows: [String: InteractionReport.Row] = [:]
        try snapshot.forEach(
            """
            SELECT \(Self.key(of: filter.groupBy)), i.direction, count(*),
                cast(coalesce(sum(i.duration_seconds), 0) AS bigint)
            FROM interaction i WHERE i.occurred_at >= $1 AND i.occurred_at < $2
            GROUP BY 1, 2
            """,
            filter.since ?? .first,
            filter.until ?? .last
        ) { row throws(SQLiteError) in
            let key: String
            if filter.groupBy == .month {
                key = zone.month(of: try row[0])
            } else {
                key = try row[0]
            }
            var figures = rows[key] ?? InteractionReport.Row(key: key)
            let (direction, count): (Interaction.Direction, Int) = (try row[1], try row[2])
            switch direction {
            case .inbound: figures.inbound += count
            case .outbound: figures.outbound += count
            }
            figures.durationSeconds += try row[3]
            rows[key] = figures
        }
        return rows
    }

    private static func key(of grouping: InteractionReport.Grouping?) -> String {
        switch grouping {
        case .channel: "i.channel"
        case .content: "i.content"
        case .direction: "i.direction"
        // By quarters of an hour, of which no time zone divides one; rounded down before 1970, too.
        case .month: "i.occurred_at - (i.occurred_at % 900000 + 900000) % 900000"
        case nil: "''"
        }
    }
}
