// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// Reads what the customers of a run bought and cost, section by section: each is a range of them, which
/// any thread may read.
struct TierReader: Sendable {
    /// Some ten milliseconds of reading.
    private static let sectionSize: Int64 = 8_192

    let sections: [ClosedRange<ID<Customer>>]
    private let run: TierRun
    private let basis: Basis?
    private let previous: ID<TierRun>?
    private let marks: TierMarks
    private let standings = TierStore()

    /// The run whose sums still hold of all but those who have changed.
    private struct Basis: Sendable {
        let run: ID<TierRun>
        let changed: Set<ID<Customer>>
    }

    /// What was found of a section.
    private struct Section: Sendable {
        var ranking: TierRanking
        /// Of how many customers nothing was taken over.
        var unread = 0
        /// Whether those were read together, all but their refunds.
        var isWhole = false
    }

    init(of run: TierRun, in snapshot: Snapshot) throws(SQLiteError) {
        let (bases, runs) = (TierBasisStore(), TierRunStore())
        self.run = run
        sections = try standings.ranges(of: Self.sectionSize, in: snapshot)
        marks = try bases.marks(in: snapshot)
        previous = try runs.previous(before: run.asOf, in: snapshot)
        let limit = try max(standings.countCustomers(in: snapshot) / 16, 1_000)
        if let found = try bases.find(in: snapshot), found.fits(run),
            let changed = try bases.changed(since: found, until: run, limit: limit, in: snapshot)
        {
            basis = Basis(run: found.run.id, changed: changed)
        } else {
            basis = nil
        }
    }

    /// All customers with what they bought and cost, not yet ranked, and of whom it was read.
    func read(in view: SharedView) throws -> (TierRanking, TierReading) {
        let parts = try view.map(sections.count) { number, snapshot in
            try section(sections[number], in: snapshot)
        }
        var ranking = TierRanking(
            asOf: run.asOf,
            rules: run.policy.rules,
            joining: parts.map(\.ranking)
        )
        if parts.contains(where: \.isWhole) {
            try standings.forEachRefunds(from: run.windowStart, until: run.asOf, in: view.snapshot)
            {
                ranking.refund($0)
            }
        }
        ranking.close()
        let unread = parts.reduce(0) { $0 + $1.unread }
        return (ranking, TierReading(basis: basis?.run, customers: unread, marks: marks))
    }

    /// The tiers that the run before found, by ascending customer id, but those that `read` has noted with
    /// the sums that it took over; no rank depends on them.
    func positions(in view: SharedView) throws -> [[TierPosition]] {
        guard let previous, previous != basis?.run else { return [] }
        return try view.map(sections.count) { number, snapshot in
            var positions: [TierPosition] = []
            try standings.forEachPosition(of: previous, sections[number], in: snapshot) {
                positions.append($0)
            }
            return positions
        }
    }

    private func section(
        _ customers: ClosedRange<ID<Customer>>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Section {
        var section = Section(ranking: TierRanking(asOf: run.asOf, rules: run.policy.rules))
        try standings.forEachCustomer(of: customers, in: snapshot) { section.ranking.append($0) }
        if let basis {
            try standings.forEachSums(of: basis.run, customers, in: snapshot) { sums in
                if previous == basis.run { section.ranking.follow(sums.position) }
                if !basis.changed.contains(sums.position.customer) { section.ranking.take(sums) }
            }
        }
        let unread = section.ranking.unread
        section.unread = unread.count
        // One by one they take some ten times as long each as in one pass over all.
        section.isWhole = unread.count > section.ranking.entries.count / 16
        if section.isWhole {
            try read(customers, &section.ranking, in: snapshot)
        } else {
            for customer in unread {
                try read(customer...customer, &section.ranking, in: snapshot)
                try standings.forEachRefunds(
                    of: customer,
                    from: run.windowStart,
                    until: run.asOf,
                    in: snapshot
                ) { section.ranking.refund($0) }
            }
            section.ranking.close()
        }
        return section
    }

    /// Reads what those of whom nothing was taken over bought and cost in the window; refunds are no part
    /// of it.
    private func read(
        _ customers: ClosedRange<ID<Customer>>,
        _ ranking: inout TierRanking,
        in snapshot: Snapshot
    ) throws(SQLiteError) {
        let (start, end) = (run.windowStart, run.asOf)
        try standings.forEachPurchases(of: customers, from: start, until: end, in: snapshot) {
            ranking.add($0)
        }
        try standings.forEachCancelled(of: customers, from: start, until: end, in: snapshot) {
            ranking.cancel($0)
        }
        try standings.forEachExpense(of: customers, from: start, until: end, in: snapshot) {
            ranking.spend($1, on: $0)
        }
    }
}
