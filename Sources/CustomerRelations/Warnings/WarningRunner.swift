// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Looks at customers to whom something has happened, and every night at all of them (M13 to M16).
///
/// It finds on snapshots what is to be changed, and looks again in the transaction that changes it,
/// so that the writer is only troubled for what there is to say. What it says of one customer may take
/// several transactions. A run goes on from the last page that was committed, and what it has raised
/// before a stop stands in the way of raising it again; a note that something has happened stays until
/// all is said.
package struct WarningRunner: Sendable {
    private let warnings: WarningService
    /// The most customers of a snapshot.
    private let pageSize: Int
    /// The most of what is said in a transaction for which others wait.
    private let pieceSize: Int
    /// The most notes of what has happened that are followed at once.
    private static let notesAtOnce = 50
    private let store = WarningStore()

    package init(_ warnings: WarningService, pageSize: Int = 10_000, pieceSize: Int = 8) {
        self.warnings = warnings
        self.pageSize = pageSize
        self.pieceSize = pieceSize
    }

    /// Looks at some of the customers to whom something has happened, and tells how many warnings
    /// were raised; nil if nothing has happened.
    package func lookAtTouched(in context: JobContext) throws -> Int? {
        let occasion = context.occasion
        let found = try context.reading.read { snapshot in
            try touched(at: occasion.at, in: snapshot)
        }
        guard let found else { return nil }
        let raised = try carryOut(found.looks, in: context)
        try context.writing.write { [store] transaction in
            try store.forget(upTo: found.last, in: transaction)
        }
        return raised
    }

    /// Looks at the next page of all customers, if that is due, and tells how many warnings were
    /// raised; nil if all have been looked at.
    package func lookAtNextPage(in context: JobContext) throws -> Int? {
        try startRunIfDue(context)
        let at = context.now()
        let found = try context.reading.read { snapshot in try nextPage(at: at, in: snapshot) }
        guard let found else { return nil }
        let raised = try carryOut(found.looks, of: found.before, in: context)
        let end = context.occasion
        try context.writing.write { [warnings] transaction in
            try warnings.advance(found.behind, by: end, in: transaction)
        }
        return raised
    }

    /// What there is to say of customers to whom something has happened.
    private struct TouchedPage: Sendable {
        let looks: [WarningLook]
        /// Up to which of the notes that is all.
        let last: Int64
    }

    /// Nil if nothing has happened.
    private func touched(at now: Instant, in snapshot: Snapshot) throws -> TouchedPage? {
        guard let touched = try store.touched(limit: Self.notesAtOnce, in: snapshot) else {
            return nil
        }
        let looks = try touched.customers.sorted().flatMap { customer in
            let id = customer.rawValue
            return try warnings.looks(at: id...id, at: now, in: snapshot)
        }
        return TouchedPage(looks: looks, last: touched.last)
    }

    private func startRunIfDue(_ context: JobContext) throws {
        let occasion = context.occasion
        let isDue = try context.reading.read { snapshot in
            try store.pendingRun(in: snapshot) == nil
                && warnings.isRunDue(at: occasion.at, in: snapshot)
        }
        guard isDue else { return }
        _ = try context.writing.write { [warnings] transaction in
            try warnings.startRun(by: occasion, in: transaction)
        }
    }

    private func carryOut(
        _ looks: [WarningLook],
        of run: WarningRun? = nil,
        in context: JobContext
    ) throws -> Int {
        try context.change(looks, inPiecesOf: pieceSize) {
            [warnings] looks, occasion, transaction in
            let raised = try looks.reduce(0) {
                try $0 + warnings.carryOut($1, by: occasion, in: transaction)
            }
            if let run, raised > 0 {
                try warnings.advance(run, raised: raised, by: occasion, in: transaction)
            }
            return raised
        }
        .reduce(0, +)
    }

    /// A run before and behind its next page, and what there is to say of those on it.
    private struct RunPage: Sendable {
        let before: WarningRun
        let behind: WarningRun
        let looks: [WarningLook]
    }

    private func nextPage(at now: Instant, in snapshot: Snapshot) throws -> RunPage? {
        guard let before = try store.pendingRun(in: snapshot) else { return nil }
        var run = before
        run.updatedAt = now
        let next = try store.nextCustomers(after: run.lastCustomer, limit: pageSize, in: snapshot)
        guard let next else {
            run.status = .finished
            return RunPage(before: before, behind: run, looks: [])
        }
        let page = (run.lastCustomer + 1)...next.last
        run.lastCustomer = next.last
        run.customers += next.count
        return RunPage(
            before: before,
            behind: run,
            looks: try warnings.looks(at: page, at: now, in: snapshot)
        )
    }
}
