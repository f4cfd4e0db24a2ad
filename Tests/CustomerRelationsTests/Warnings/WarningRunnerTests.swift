// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import SQLite
import Synchronization
import Testing

/// Looks at all customers, in pages and pieces.
@Suite struct WarningRunnerTests {
    private let warnings = PlainServices().warnings

    /// 23 customers: every second bought in summer only, every third has a plan without sales, and
    /// every fifth owes more than it may for what it bought in autumn.
    private func withCustomers(_ body: (TierBase) throws -> Void) throws {
        try withTierBase { base in
            try base.addCustomers(1...23)
            try base.run("UPDATE customer SET credit_limit = 5")
            for number in Int64(1)...23 where number % 2 == 0 {
                try base.add(
                    ["2026-06-01", "2026-06-02"].map {
                        TestOrder(customer: number, total: 1, at: $0)
                    }
                )
            }
            let start = try base.instant("2026-11-01").rawValue
            let end = try base.instant("2026-12-01").rawValue
            try base.run(
                """
                INSERT INTO plan (customer_id, period, starts_at, ends_at, sales_target, version,
                    created_at, updated_at)
                SELECT id, '2026-11', \(start), \(end), 100, 1, 0, 0 FROM customer
                WHERE id % 3 = 0
                """
            )
            try base.run(
                """
                INSERT INTO customer_order (customer_id, placed_at, total, terms, version,
                    created_at, updated_at)
                SELECT id, \(start - 1), 6, 'credit', 1, 0, 0 FROM customer WHERE id % 5 = 0
                """
            )
            try body(base)
        }
    }

    private func run(
        _ base: TierBase,
        pageSize: Int,
        pieceSize: Int,
        writing: Writer? = nil,
        now: @escaping () -> Instant = { TierBase.now }
    ) throws -> Int {
        let runner = WarningRunner(warnings, pageSize: pageSize, pieceSize: pieceSize)
        let context = JobContext(
            reading: base.reader,
            writing: writing ?? base.writer,
            actor: "test",
            requestID: "r-1",
            now: now
        )
        var all = 0
        for look in [runner.lookAtTouched, runner.lookAtNextPage] {
            while let raised = try look(context) { all += raised }
        }
        return all
    }

    private func cases(_ base: TierBase) throws -> [String] {
        let request = PageRequest(limit: 500, sorting: WarningSorting.id)
        return try base.reader.read { snapshot in
            try warnings.list(WarningFilter(), request, at: TierBase.now, in: snapshot).rows
        }
        .map { "\($0.warning.customerID.rawValue) \($0.warning.kind) \($0.holds)" }
        .sorted()
    }

    @Test func `finds the same in one page and in many, and nothing twice`() throws {
        try withCustomers { base in
            // Nobody ever looked: with the first orders of long ago a look is due.
            #expect(try run(base, pageSize: 4, pieceSize: 3) == 9 + 7 + 4)
            let found = try cases(base)
            #expect(found.count == 20)
            #expect(found.allSatisfy { $0.hasSuffix("true") })
            #expect(try run(base, pageSize: 4, pieceSize: 3) == 0)
            #expect(try base.number("SELECT customers FROM warning_run") == 23)
            #expect(try base.number("SELECT raised FROM warning_run") == 20)
            // As if it had been cut off behind the first page, and some cases had not been raised.
            try base.run("DELETE FROM warning WHERE customer_id > 10")
            try base.run("UPDATE warning_run SET status = 'running', looked_at = 4, raised = 7")
            #expect(try run(base, pageSize: 500, pieceSize: 500) == 11)
            #expect(try cases(base) == found)
            #expect(try base.number("SELECT count(*) FROM warning_run") == 1)
            #expect(try base.number("SELECT raised FROM warning_run") == 18)
        }
    }

    @Test func `writes nothing where there is nothing to say`() throws {
        try withCustomers { base in
            _ = try run(base, pageSize: 100, pieceSize: 100)
            let entries = try base.number("SELECT count(*) FROM event")
            #expect(try run(base, pageSize: 100, pieceSize: 100) == 0)
            #expect(try base.number("SELECT count(*) FROM event") == entries)
        }
    }

    @Test(arguments: 2...6)
    func `goes on after a stop, and raises nothing twice`(pieces: Int) throws {
        try withCustomers { base in
            let writer = try Writer(path: base.path, onFatal: { _ in })
            var looks = 0
            do {
                _ = try run(base, pageSize: 8, pieceSize: 3, writing: writer) {
                    looks += 1
                    if looks == 2 + pieces { writer.close() }
                    return TierBase.now
                }
                Issue.record("it was not cut off")
            } catch is QueueFull {}
            writer.stop()
            let before = try cases(base).count
            #expect(before < 20)
            #expect(try run(base, pageSize: 8, pieceSize: 3) == 20 - before)
            #expect(try cases(base).count == 20)
            #expect(
                try base.number("SELECT count(*) FROM event WHERE action = 'warning.raised'") == 20
            )
        }
    }

    // MARK: - Many invoices

    /// One customer with 45 invoices that are overdue, and a note of it.
    private func withInvoices(
        onCommit: @escaping @Sendable (CommitReport) -> Void = { _ in },
        _ body: (TierBase) throws -> Void
    ) throws {
        try withTierBase(onCommit: onCommit) { base in
            try base.addCustomers([1])
            let due = try base.instant("2026-09-01").rawValue
            try base.writer.write { transaction in
                for number in Int64(1)...45 {
                    try transaction.run(
                        """
                        INSERT INTO customer_order (customer_id, placed_at, total, terms, due_at,
                            version, created_at, updated_at)
                        VALUES (1, 0, 6, 'credit', $1, 1, $2, 0)
                        """,
                        due + number,
                        TierBase.now
                    )
                }
                try transaction.run("INSERT INTO warning_check (customer_id) VALUES (1)")
            }
            try body(base)
        }
    }

    private func steps(_ base: TierBase) throws -> Int? {
        try base.number("SELECT count(DISTINCT cause) FROM task WHERE kind = 'payment-reminder'")
    }

    @Test func `asks for the steps of many invoices in pieces where others wait`() throws {
        let requests = Mutex(0)
        try withInvoices(onCommit: { report in requests.withLock { $0 += report.requests } }) {
            base in
            let other = OtherChanges(writer: base.writer)
            try other.change()
            #expect(try run(base, pageSize: 10, pieceSize: 10) == 1)
            other.stop()
            base.writer.stop()
            #expect(try steps(base) == 45)
            // The customer, its invoices, the case with nine steps, four pieces, the end of the note.
            #expect(requests.withLock { $0 } - other.count == 8)
        }
    }

    @Test(arguments: 1...4)
    func `keeps the note until the last step is asked for`(pieces: Int) throws {
        try withInvoices { base in
            let writer = try Writer(path: base.path, onFatal: { _ in })
            let other = OtherChanges(writer: writer)
            try other.change()
            var looks = 0
            #expect(throws: QueueFull.self) {
                _ = try run(base, pageSize: 10, pieceSize: 10, writing: writer) {
                    looks += 1
                    // One is of the note, and one of each piece.
                    if looks == 2 + pieces { writer.close() }
                    return TierBase.now
                }
            }
            writer.stop()
            #expect(try steps(base) == 10 * pieces - 1)
            #expect(try base.number("SELECT count(*) FROM warning_check") == 1)
            #expect(try run(base, pageSize: 10, pieceSize: 10) == 0)
            #expect(try steps(base) == 45)
            #expect(try base.number("SELECT count(*) FROM task") == 46)
            #expect(try base.number("SELECT count(*) FROM warning_check") == 0)
        }
    }
}
