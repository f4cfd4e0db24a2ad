// SPDX-License-Identifier: Apache-2.0

/// The run in force, from whose sums the next one goes on (M18), and what it had seen.
struct TierBasis: Sendable {
    let run: TierRun
    let marks: TierMarks

    /// Whether sums of this run are what another one would find: a profit has the margin in it.
    func fits(_ other: TierRun) -> Bool {
        other.scope == .changed && other.policy.rules.margin == run.policy.rules.margin
    }

    /// Within these lies all that is in the window of one run and not in that of another: what the
    /// windows leave of each other lies between their starts or between their ends.
    func gaps(to other: TierRun) -> [Range<Instant>] {
        let starts = [run.windowStart, other.windowStart]
        let ends = [run.asOf, other.asOf]
        return [starts, ends].compactMap { instants in
            guard let first = instants.min(), let last = instants.max(), first < last else {
                return nil
            }
            return first..<last
        }
    }
}

/// How far the rows and the journal go on one view of the database.
struct TierMarks: Sendable {
    let lastOrder: Int64
    let lastRefund: Int64
    let lastExpense: Int64
    let lastSeq: Int64
}

/// Of whom a run has read orders, refunds and expenses.
struct TierReading: Sendable {
    /// The run whose sums were taken over for all others; nil where there are none.
    var basis: ID<TierRun>?
    var customers: Int
    let marks: TierMarks
}
