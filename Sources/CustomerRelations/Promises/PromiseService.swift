// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// The register of promises: what we said we would do, and whether we did (M50, 承诺管理).
package struct PromiseService: Sendable {
    private let store = PromiseStore()
    private let journal: Journal
    private let describe: Describe<PromiseEntry>

    package init(journal: Journal, describe: @escaping Describe<PromiseEntry>) {
        self.journal = journal
        self.describe = describe
    }

    package func find(_ id: ID<Promise>, in snapshot: Snapshot) throws -> PromiseEntry {
        guard let entry = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return entry
    }

    package func list(
        _ filter: PromiseFilter,
        _ request: PageRequest<PromiseSorting>,
        in snapshot: Snapshot
    ) throws -> Page<PromiseEntry> {
        try store.page(filter, request, in: snapshot)
    }

    /// The share of promises kept in time among those of which it is known what became of them,
    /// from 0 to 1, whatever status the filter asks for; nil while there are none.
    package func keepingRate(_ filter: PromiseFilter, in snapshot: Snapshot) throws -> Double? {
        let counts = try store.counts(filter, in: snapshot)
        let settled = counts.values.reduce(0, +) - counts[.open, default: 0]
        guard settled > 0 else { return nil }
        return Double(counts[.kept, default: 0]) / Double(settled)
    }

    /// Records that a promise was kept, which is late once it was due.
    package func keep(
        _ id: ID<Promise>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> PromiseEntry {
        let entry = try find(id, in: transaction)
        let isLate = entry.promise.dueAt < occasion.at
        return try settle(entry, as: isLate ? .late : .kept, by: occasion, in: transaction)
    }

    /// Records that a promise will not be kept.
    package func `break`(
        _ id: ID<Promise>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> PromiseEntry {
        try settle(find(id, in: transaction), as: .broken, by: occasion, in: transaction)
    }

    private func settle(
        _ entry: PromiseEntry,
        as status: PromiseEntry.Status,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> PromiseEntry {
        guard entry.status == .open else {
            throw ServiceError.notAllowedNow("it is \(entry.status.rawValue) already", allowed: [])
        }
        try store.settle(entry.id, as: status, at: occasion.at, in: transaction)
        let settled = try find(entry.id, in: transaction)
        try journal.append(
            "promise.\(status.rawValue)",
            Subject(.promise, entry.id),
            changes: describe(entry, settled),
            by: occasion,
            in: transaction
        )
        return settled
    }
}
