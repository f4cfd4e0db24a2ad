// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Foundation
import SQLite
import Synchronization
import Testing

@Suite struct TierRunnerTests {
    private func withCustomers(
        onCommit: @escaping @Sendable (CommitReport) -> Void = { _ in },
        _ body: (TierBase) throws -> Void
    ) throws {
        try withTierBase(onCommit: onCommit) { base in
            try base.addCustomers(1...50)
            try base.add((0..<200).map(Self.order))
            try body(base)
        }
    }

    /// Each customer has four orders, some at a loss.
    private static func order(_ number: Int64) -> TestOrder {
        TestOrder(
            customer: number * 7 % 50 + 1,
            total: number * number % 97 + 1,
            cost: number.isMultiple(of: 3) ? nil : number % 90
        )
    }

    /// All that a run found, but its number.
    private func result(_ base: TierBase) throws -> [String] {
        try base.standings().map { standing in
            "\(standing.customer.rawValue) \(standing.tier) \(standing.abc) \(standing.orders) "
                + "\(standing.amount) \(standing.amountWithoutCost) \(standing.profit) "
                + "\(standing.cumulativeProfit) \(standing.rank) "
                + "\(String(describing: standing.previousTier)) \(standing.changedAt)"
        }
    }

    private func events(_ base: TierBase) throws -> [String] {
        try base.reader.read { snapshot in
            try Journal().events(after: 0, limit: 100, in: snapshot)
        }.map { "\($0.action) \($0.subject.id) by \($0.actor): \($0.changes ?? "")" }
    }

    @Test func `shows nothing before it has finished`() throws {
        try withCustomers { base in
            let run = try base.start()
            #expect(run.status == .running)
            #expect(run.progress == 0)
            #expect(run.tiers == nil)
            #expect(try base.standings().isEmpty)
            #expect(try base.standing(1) == nil)
            #expect(try base.carryOut())
            let finished = try base.find(run)
            #expect(finished.status == .finished)
            #expect(finished.progress == 1)
            #expect(try base.standings().count == 50)
            #expect(try base.carryOut() == false)
            #expect(
                try events(base).filter { $0.hasPrefix("tier-run") } == [
                    "tier-run.started 1 by test: none to running",
                    "tier-run.finished 1 by system: running to finished",
                ]
            )
        }
    }

    @Test func `gives the same result when repeated, whatever the pieces`() throws {
        try withCustomers { base in
            try base.assess(asOf: "2026-07-01")
            let first = try result(base)
            for pieceSize in [1, 7, 50, 51] {
                try base.assess(asOf: "2026-07-01", pieceSize: pieceSize)
                #expect(try result(base) == first)
            }
        }
    }

    @Test func `sees one state with two threads, whatever is ordered meanwhile`() throws {
        try withTierBase { base in
            // Far enough apart to be read by different threads.
            let customers: [Int64] = [1, 20_000, 40_000, 60_000]
            try base.addCustomers(customers)
            let helpers = try ReaderPool(path: base.path, threads: 1)
            defer { helpers.stop() }
            let orders = EqualOrders(of: customers, writer: base.writer)
            try orders.add()
            for _ in 1...10 {
                let run = try base.start()
                #expect(try base.carryOut(with: helpers))
                let counts = try base.reader.read { snapshot in
                    try snapshot.all(
                        "SELECT DISTINCT orders FROM tier_standing WHERE tier_run_id = $1",
                        run.id
                    ) { row in try row[0] as Int }
                }
                #expect(counts.count == 1)
            }
            orders.stop()
        }
    }

    @Test func `gives the same result with another thread as alone`() throws {
        try withCustomers { base in
            let helpers = try ReaderPool(path: base.path, threads: 1)
            defer { helpers.stop() }
            try base.assess(asOf: "2026-06-15")
            try base.assess(asOf: "2026-07-01")
            let alone = try result(base)
            _ = try base.start(asOf: "2026-07-01")
            #expect(try base.carryOut(with: helpers))
            #expect(try result(base) == alone)
        }
    }

    @Test func `gives the same result whatever the order of insertion`() throws {
        let orders = (0..<300).map(Self.order)
        var results: [[String]] = []
        for seed in 1...3 {
            try withTierBase { base in
                var generator = LinearGenerator(state: UInt64(seed))
                try base.addCustomers((1...50).shuffled(using: &generator))
                try base.add(orders.shuffled(using: &generator))
                try base.assess()
                results.append(try result(base))
            }
        }
        #expect(results[1] == results[0])
        #expect(results[2] == results[0])
    }

    @Test func `commits piece by piece`() throws {
        let commits = Mutex(0)
        try withCustomers(onCommit: { _ in commits.withLock { $0 += 1 } }) { base in
            try base.assess(pieceSize: 10)
            base.writer.stop()
            // Customers, orders, the start, the clearing, the standings, the ranks, those who cost
            // more than they bring, the end.
            #expect(commits.withLock { $0 } == 8)
        }
    }

    @Test func `commits each piece where others wait`() throws {
        let requests = Mutex(0)
        try withCustomers(onCommit: { report in requests.withLock { $0 += report.requests } }) {
            base in
            _ = try base.start()
            let other = OtherChanges(writer: base.writer)
            try other.change()
            #expect(try base.carryOut(pieceSize: 10))
            other.stop()
            base.writer.stop()
            // Customers, orders, the start, the clearing, five pieces, five of ranks, those who cost
            // more than they bring, the end.
            #expect(requests.withLock { $0 } - other.count == 16)
        }
    }

    @Test func `finds who owes for too long without the writer`() throws {
        try withCustomers { base in
            try base.run(
                """
                INSERT INTO customer_order (customer_id, placed_at, total, terms, due_at, version,
                    created_at, updated_at)
                SELECT id, 1780000000000, 100, 'credit', 1780000000000, 1, 0, 0 FROM customer
                WHERE id <= 5
                """
            )
            for _ in 1...2 { try base.assess() }
            let debtors = try base.number(
                "SELECT count(*) FROM ending_candidate WHERE overdue = 100 AND version = 1"
            )
            #expect(debtors == 5)
            let written = try base.writer.write { $0.preparedStatements }
            #expect(written.contains { $0.contains("INSERT INTO ending_candidate") })
            #expect(!written.contains { $0.contains("settled_at") })
        }
    }

    @Test func `does the earliest in date first, so that it precedes the others`() throws {
        try withCustomers { base in
            let later = try base.start(asOf: "2026-09-01", months: 1)
            let earlier = try base.start(asOf: "2026-07-01")
            #expect(try base.carryOut())
            #expect(try base.find(earlier).status == .finished)
            #expect(try base.find(later).status == .running)
            #expect(try base.carryOut())
            let standing = try #require(try base.standings().first { $0.previousTier != nil })
            #expect(standing.runID == later.id)
        }
    }

    @Test func `does a run that was cut off anew`() throws {
        try withCustomers { base in
            let run = try base.assess(pieceSize: 7)
            let whole = try result(base)
            // What a crash between two pieces leaves, and other rows than those to come.
            try base.run("DELETE FROM tier_standing WHERE customer_id > 23")
            try base.run("UPDATE tier_standing SET tier = 'small', rank = rank + 1000, profit = 1")
            try base.run("UPDATE tier_rank SET rank = rank + 1000 WHERE rank > 11")
            try base.run("UPDATE tier_run SET status = 'running', progress = 0.5")
            #expect(try base.standings().isEmpty)
            #expect(try base.carryOut(pieceSize: 7))
            #expect(try base.find(run).status == .finished)
            #expect(try result(base) == whole)
        }
    }

    @Test func `leaves a run to be done anew when the writer stops`() throws {
        try withCustomers { base in
            let run = try base.start()
            base.writer.stop()
            #expect(throws: QueueFull.self) { try base.carryOut() }
            #expect(try base.find(run).status == .running)
        }
    }

    @Test func `goes on where others fill the writer's queue`() throws {
        try withTierBase(configuration: Writer.Configuration(queueLimit: 1)) { base in
            try base.addCustomers(1...50)
            try base.add((0..<200).map(Self.order))
            try base.assess(asOf: "2026-07-01", pieceSize: 10)
            let whole = try result(base)
            let run = try base.start(asOf: "2026-07-01")
            let flood = Flood(of: base.writer)
            #expect(try base.carryOut(pieceSize: 10))
            flood.stop()
            #expect(try base.find(run).status == .finished)
            #expect(try result(base) == whole)
        }
    }

    /// Changes that come as fast as the writer's queue takes them, and have filled it once it is made.
    private final class Flood: Sendable {
        private let goesOn = Mutex(true)
        private let filled = DispatchSemaphore(value: 0)
        private let end = DispatchSemaphore(value: 0)

        init(of writer: Writer) {
            DispatchQueue.global().async { [self] in
                while goesOn.withLock({ $0 }) {
                    do {
                        try writer.submit { _ in
                        } then: { _ in
                        }
                    } catch {
                        filled.signal()
                        sched_yield()
                    }
                }
                end.signal()
            }
            filled.wait()
        }

        func stop() {
            goesOn.withLock { $0 = false }
            end.wait()
        }
    }

    @Test func `fails as a whole, keeps nothing, and goes on with the next run`() throws {
        try withCustomers { base in
            try base.assess(asOf: "2026-07-01")
            let before = try result(base)
            try base.run(
                """
                CREATE TRIGGER refusal BEFORE INSERT ON tier_standing
                WHEN NEW.tier_run_id = 2 AND NEW.customer_id = 30
                BEGIN SELECT RAISE(ABORT, 'refused'); END
                """
            )
            let run = try base.start(asOf: "2026-08-01")
            let next = try base.start(asOf: "2026-09-01")
            #expect(throws: SQLiteError.self) { try base.carryOut(pieceSize: 10) }
            let failed = try base.find(run)
            #expect(failed.status == .failed)
            #expect(failed.reason == "The database could not go on: refused.")
            let kept = "SELECT count(*) FROM tier_standing WHERE tier_run_id = 2"
            #expect(try base.number(kept) == 0)
            #expect(try result(base) == before)
            #expect(try events(base).last == "tier-run.failed 2 by system: running to failed")
            #expect(try base.carryOut(pieceSize: 10))
            #expect(try base.find(next).status == .finished)
        }
    }

    @Test func `cuts off the sums that no 64 bits hold, and ranks all`() throws {
        try withCustomers { base in
            try base.add([1, 2].map { _ in TestOrder(customer: 1, total: .max) })
            try base.add([TestOrder(customer: 2, total: 1_000)])
            let run = try base.assess()
            #expect(run.status == .finished)
            let large = try base.standing(1)
            #expect(large?.rank == 1)
            #expect(large?.amount == Money(rawValue: 1_000_000_000_000_000_000))
            let total = try base.number(
                "SELECT sum(total) FROM customer_order WHERE customer_id = 2"
            )
            #expect(try base.standing(2)?.amount.rawValue == total.map { Int64($0) })
        }
    }
}

/// Numbers that look random and are the same each time.
private struct LinearGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        // Knuth's MMIX constants; the high bits are the better ones.
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 32
    }
}

/// Orders that all of some customers place together, again and again.
private final class EqualOrders: Sendable {
    private let customers: [Int64]
    private let writer: Writer
    private let goesOn = Mutex(true)

    init(of customers: [Int64], writer: Writer) {
        self.customers = customers
        self.writer = writer
    }

    func add() throws(QueueFull) {
        try writer.submit { [customers] transaction in
            for customer in customers {
                try transaction.run(
                    """
                    INSERT INTO customer_order (customer_id, placed_at, total, terms, version,
                        created_at, updated_at)
                    VALUES ($1, 1780000000000, 1, 'prepaid', 1, 0, 0)
                    """,
                    customer
                )
            }
        } then: { [self] _ in
            guard goesOn.withLock({ $0 }) else { return }
            do { try add() } catch { stop() }
        }
    }

    func stop() { goesOn.withLock { $0 = false } }
}
