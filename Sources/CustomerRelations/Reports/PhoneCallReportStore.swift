// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What the report on calls counts.
struct PhoneCallReportStore: Sendable {
    /// The calls that came, by group.
    func tallies(
        _ filter: PhoneCallReport.Filter,
        zone: CivilTimeZone,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [String: PhoneCallTally] {
        var tallies: [String: PhoneCallTally] = [:]
        try snapshot.forEach(
            """
            SELECT \(Self.key(of: filter.groupBy)), l.started_at, l.answered_at, l.ended_at
            FROM call l LEFT JOIN customer c ON c.id = l.customer_id
            WHERE l.started_at >= $1 AND l.started_at < $2 AND l.direction = 'inbound'
            """,
            filter.since ?? .first,
            filter.until ?? .last
        ) { row throws(SQLiteError) in
            let startedAt: Instant = try row[1]
            let key = filter.groupBy == .month ? zone.month(of: startedAt) : try row[0] as String
            tallies[key, default: PhoneCallTally()].add(
                startedAt: startedAt,
                answeredAt: try row[2],
                endedAt: try row[3]
            )
        }
        return tallies
    }

    private static func key(of grouping: PhoneCallReport.Grouping?) -> String {
        switch grouping {
        case .tier: "coalesce(\(TierStore.tierOfCustomer), '')"
        case .month, nil: "''"
        }
    }
}
