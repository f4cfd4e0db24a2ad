// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Looks at customers to whom something has happened, and every night at all of them (M13 to M16).
///
/// It finds on snapshots what is to be changed, and looks again in the transaction that changes it,
/// so that the writer is only troubled for customers of whom there is something to say. A run goes on
/// from the last page that was committed, and what it has raised before a stop stands in the way of
/// raising it again.
package struct WarningRunner: Sendable {
    private let warnings: WarningService
    /// The most customers of a snapshot, and of a transaction that changes something.
    private let pageSize: Int
    private let pieceSize: Int
    private let store = WarningStore()

    package init(_ warnings: WarningService, pageSize: Int = 10_000, pieceSize: Int = 50) {
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
        return try context.writing.write { [warnings, store] transaction in
            let raised = try found.customers.sorted().reduce(0) {
                try $0 + warnings.look(at: $1, by: occasion, in: transaction)
            }
            try store.forget(upTo: found.last, in: transaction)
            return raised
        }
    }

    /// Looks at the next page of all customers, if that is due, and tells how many warnings were
    /// raised; nil if all have been looked at.
    package func lookAtNextPage(in context: JobContext) throws -> Int? {
        try startRunIfDue(context)
        let at = context.now()
        let found = try context.reading.read { snapshot in try nextPage(at: at, in: snapshot) }
        guard let found else { return nil }
        let customers = found.customers
        var raised = 0
        for start in stride(from: 0, to: customers.count, by: pieceSize) {
            let piece = customers[start..<min(start + pieceSize, customers.count)]
            raised += try look(
                at: piece,
                of: found.before,
                by: context.occasion,
                in: context.writing
            )
        }
        let end = context.occasion
        try context.writing.write { [warnings] transaction in
            try warnings.advance(found.behind, by: end, in: transaction)
        }
        return raised
    }

    /// Those of the customers to whom something has happened of whom there is something to say; nil
    /// if nothing has happened.
    private func touched(at now: Instant, in snapshot: Snapshot) throws -> TouchedCustomers? {
        guard let touched = try store.touched(limit: pieceSize, in: snapshot) else { return nil }
        let customers = try touched.customers.filter { customer in
            let id = customer.rawValue
            return try !warnings.changes(in: id...id, at: now, in: snapshot).isEmpty
        }
        return TouchedCustomers(customers: customers, last: touched.last)
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

    private func look(
        at customers: ArraySlice<ID<Customer>>,
        of run: WarningRun,
        by occasion: Occasion,
        in writing: Writer
    ) throws -> Int {
        try writing.write { [warnings] transaction in
            let raised = try customers.reduce(0) {
                try $0 + warnings.look(at: $1, by: occasion, in: transaction)
            }
            if raised > 0 {
                try warnings.advance(run, raised: raised, by: occasion, in: transaction)
            }
            return raised
        }
    }

    /// A run before and behind its next page, and those on it of whom there is something to say.
    private struct RunPage: Sendable {
        let before: WarningRun
        let behind: WarningRun
        let customers: [ID<Customer>]
    }

    private func nextPage(at now: Instant, in snapshot: Snapshot) throws -> RunPage? {
        guard let before = try store.pendingRun(in: snapshot) else { return nil }
        var run = before
        run.updatedAt = now
        let next = try store.nextCustomers(after: run.lastCustomer, limit: pageSize, in: snapshot)
        guard let next else {
            run.status = .finished
            return RunPage(before: before, behind: run, customers: [])
        }
        let page = (run.lastCustomer + 1)...next.last
        run.lastCustomer = next.last
        run.customers += next.count
        return RunPage(
            before: before,
            behind: run,
            customers: try warnings.changes(in: page, at: now, in: snapshot)
        )
    }
}
