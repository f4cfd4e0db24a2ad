// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What the report on warnings counts.
struct WarningReportStore: Sendable {
    /// The figures of each kind of which there was a case up to the end of the time.
    func rows(
        _ filter: WarningReport.Filter,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [String: WarningReport.Row] {
        let since = filter.since ?? .first
        let until = filter.until ?? .last
        var tallies: [Warning.Kind: WarningTally] = [:]
        try snapshot.forEach(
            """
            SELECT w.kind, w.raised_at, w.closed_at, w.cause FROM warning w
            WHERE w.raised_at < $1
            """,
            until
        ) { row throws(SQLiteError) in
            let kind: Warning.Kind = try row[0]
            tallies[kind, default: WarningTally()].add(
                raisedAt: try row[1],
                closedAt: try row[2],
                cause: try row[3],
                since: since,
                until: until
            )
        }
        return Dictionary(
            uniqueKeysWithValues: tallies.map { ($0.key.rawValue, $0.value.row($0.key)) }
        )
    }
}
