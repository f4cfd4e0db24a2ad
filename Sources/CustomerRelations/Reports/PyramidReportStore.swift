// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What the report on the pyramid counts.
struct PyramidReportStore: Sendable {
    /// How many customers of each tier of a run were in each tier of an earlier one.
    ///
    /// One pass along both runs. Counted without GROUP BY, which would sort a row for each
    /// customer.
    func origins(
        of run: ID<TierRun>,
        in earlier: ID<TierRun>,
        _ snapshot: Snapshot
    ) throws(SQLiteError) -> [Tier: PyramidReport.Origins] {
        let counts = Tier.allCases.flatMap { tier in
            Tier.allCases.map { from in
                """
                count(CASE WHEN n.tier = '\(tier.rawValue)' AND e.tier = '\(from.rawValue)'
                    THEN 1 END)
                """
            }
        }
        let origins = try snapshot.first(
            """
            SELECT \(counts.joined(separator: ", "))
            FROM tier_standing n JOIN tier_standing e
                ON e.tier_run_id = $2 AND e.customer_id = n.customer_id
            WHERE n.tier_run_id = $1
            """,
            run,
            earlier
        ) { row throws(SQLiteError) in
            var origins: [Tier: PyramidReport.Origins] = [:]
            var column = 0
            for tier in Tier.allCases {
                for from in Tier.allCases {
                    origins[tier, default: PyramidReport.Origins()][from] = try row[column]
                    column += 1
                }
            }
            return origins
        }
        return origins ?? [:]
    }
}
