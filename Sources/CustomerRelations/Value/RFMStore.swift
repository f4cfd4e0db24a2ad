// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What parts customers into fifths by recency, frequency and amount, kept with the model of the
/// same day.
struct RFMStore: Sendable {
    func insert(
        _ cuts: RFMCuts,
        of model: ID<ValueModel>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        let (days, frequency, total) = (cuts.daysSinceLast, cuts.frequency, cuts.total)
        for place in days.indices {
            try transaction.run(
                """
                INSERT INTO value_cut (value_model_id, fifth, days_since_last, frequency, total)
                VALUES ($1, $2, $3, $4, $5)
                """,
                model,
                place + 1,
                days[place],
                frequency[place],
                total[place]
            )
        }
    }

    /// Nil for a model of the time when none were kept.
    func cuts(of model: ID<ValueModel>, in snapshot: Snapshot) throws(SQLiteError) -> RFMCuts? {
        var (days, frequency, total): ([Int], [Int], [Money]) = ([], [], [])
        try snapshot.forEach(
            """
            SELECT days_since_last, frequency, total FROM value_cut
            WHERE value_model_id = $1 ORDER BY fifth
            """,
            model
        ) { row throws(SQLiteError) in
            days.append(try row[0])
            frequency.append(try row[1])
            total.append(try row[2])
        }
        guard !days.isEmpty else { return nil }
        return RFMCuts(daysSinceLast: days, frequency: frequency, total: total)
    }
}
