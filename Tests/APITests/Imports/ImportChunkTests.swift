// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import HTTP
import Synchronization
import Testing

/// However a file is read and cut into chunks, the outcome is the same.
@Suite struct ImportChunkTests {
    @Test(arguments: 0..<12)
    func `the cut does not show`(_ seed: Int) throws {
        var generator = Generator(state: UInt64(seed) &* 7_919 &+ 1)
        let text = Self.orders(&generator)
        let whole = try fromImportBase { base in try Self.outcome(of: text, 8_000, in: base) }
        let cut = Int.random(in: 1...9, using: &generator)
        let pieces = try fromImportBase { base in try Self.outcome(of: text, cut, in: base) }
        #expect(pieces == whole)
        let alone = try fromImportBase { base in
            try Self.outcome(of: text, cut, isAlone: true, in: base)
        }
        #expect(alone == whole)
    }

    @Test(arguments: 0..<12, [false, true])
    func `nor do the windows in which rows are put in order`(_ seed: Int, isAlone: Bool) throws {
        var generator = Generator(state: UInt64(seed) &* 15_485_863 &+ 3)
        let text = Self.orders(&generator)
        let outcomes = try [10, 100_000].map { size in
            try fromImportBase { base in
                // An id can only be that of a customer who was there before.
                let customers = (0...4).map { "individual,a,N-\($0)" }
                try base.take(
                    .customers,
                    (["kind,name,externalId"] + customers).joined(separator: "\n")
                )
                return try Self.outcome(of: text, 4, windowSize: size, isAlone: isAlone, in: base)
            }
        }
        #expect(outcomes[0] == outcomes[1])
    }

    /// 40 looks while the text is read through, then one at each window of ten rows.
    @Test(arguments: [7, 42])
    func `an atomic import that is interrupted leaves nothing`(at look: Int) throws {
        struct Stop: Error {}
        try withImportBase { base in
            let rows = (1...40).map { "C\($0),individual,n\n" }.joined()
            let source = ImportSource(
                .bytes(Array(("externalId,kind,name\n" + rows).utf8)),
                .csv
            )
            let looks = Atomic(0)
            let job = base.job(windowSize: 10) {
                if looks.add(1, ordering: .relaxed).newValue == look { throw Stop() }
            }
            let order = ImportOrder(
                .customers,
                from: source,
                mode: .atomic,
                actor: "tests",
                requestID: "r-1"
            )
            do {
                _ = try job.run(order)
                Issue.record("it was not interrupted")
            } catch is Stop {}
            #expect(try base.number("SELECT count(*) FROM customer") == 0)
            #expect(try base.number("SELECT count(*) FROM event") == 0)
        }
    }

    /// 40 looks while the text is read through, then one at each chunk of four rows.
    @Test func `an import in chunks that is interrupted keeps those before`() throws {
        struct Stop: Error {}
        try withImportBase { base in
            let rows = (1...40).map { "C\($0),individual,n\n" }.joined()
            let looks = Atomic(0)
            let job = base.job(chunkSize: 4) {
                if looks.add(1, ordering: .relaxed).newValue == 46 { throw Stop() }
            }
            let order = ImportOrder(
                .customers,
                from: ImportSource(.bytes(Array(("externalId,kind,name\n" + rows).utf8)), .csv),
                mode: .partial,
                actor: "tests",
                requestID: "r-1"
            )
            do {
                _ = try job.run(order)
                Issue.record("it was not interrupted")
            } catch is Stop {}
            #expect(try base.number("SELECT count(*) FROM customer") == 20)
            #expect(
                try base.number("SELECT count(*) FROM import WHERE interrupted_at > 0") == 1
            )
        }
    }

    @Test func `a bad row in the last of many windows undoes an atomic import`() throws {
        let rows = (1...35).map { "individual,\($0 < 35 ? "a" : "")" }
        let text = (["kind,name"] + rows).joined(separator: "\n")
        for isAlone in [false, true] {
            try withImportBase { base in
                let customers = "SELECT count(*) FROM customer"
                let error = #expect(throws: ImportRefused.self) {
                    try base.take(.customers, text, mode: .atomic, windowSize: 10, isAlone: isAlone)
                }
                #expect(error?.result.faults == ["36 /name"])
                #expect(try base.number(customers) == 0)
                let partial = try base.take(.customers, text, windowSize: 10, isAlone: isAlone)
                #expect(partial.figures == [34, 0, 0, 0, 1])
                #expect(try base.number(customers) == 34)
            }
        }
    }

    @Test func `an import that is alone leaves every index behind`() throws {
        try withImportBase { base in
            let indexes = "SELECT count(*) FROM sqlite_schema WHERE type = 'index'"
            let before = try base.number(indexes)
            let text = """
                customerExternalId,externalId,placedAt,total
                A,O-1,2026-01-02,1
                A,O-2,2026-01-01,2
                """
            #expect(try base.take(.orders, text, isAlone: true).figures == [2, 0, 0, 1, 0])
            #expect(try base.number(indexes) == before)
            let byDate = """
                SELECT total FROM customer_order INDEXED BY customer_order_placed_at
                WHERE placed_at > 0 ORDER BY placed_at LIMIT 1
                """
            #expect(try base.number(byDate) == 200)
        }
    }

    @Test(arguments: 0..<12)
    func `plain columns are read as others are`(_ seed: Int) throws {
        var generator = Generator(state: UInt64(seed) &* 104_729 &+ 5)
        let plain = Self.cells(&generator)
        // A column of a list, though it is empty, means that rows are read by the declaration.
        let header = plain[0] + ",lines.0.sku,lines.0.quantity,lines.0.unitPrice"
        let declared = [header] + plain.dropFirst().map { $0 + ",,," }
        let outcomes = try [plain, declared].map { lines in
            try fromImportBase { base in
                try Self.outcome(of: lines.joined(separator: "\n"), 16, in: base)
            }
        }
        #expect(outcomes[0] == outcomes[1])
        #expect(!outcomes[0].faults.isEmpty)
    }

    /// Good and bad cells of every column that is one cell.
    private static func cells(_ generator: inout Generator) -> [String] {
        let long = String(repeating: "x", count: 201)
        let columns: [(name: String, cells: [String])] = [
            ("customerId", ["", "", "", "", "1", "0", "x"]),
            ("customerExternalId", ["A", "B", "C", "'=D", "", " ", long]),
            ("externalId", ["", "O-1", "O-2", "O-3", "'@4", "O-5", "\t"]),
            ("placedAt", ["2026-01-01", "2026-01-02T08:00:00Z", "1997-02-30", "", "2027-01-01"]),
            ("total", ["1", "2.50", "3", "4", "1.005", "-1", "", "1e3"]),
            ("terms", ["", "", "credit", "prepaid", "cash"]),
            ("dueAt", ["", "", "2026-03-01", "2025-01-01", "soon"]),
            ("paidAt", ["", "", "2026-02-01", "2027-02-01"]),
        ]
        let rows = (0..<80).map { _ in
            columns.map { column in
                // Mostly the first, so that some rows are good.
                Bool.random(using: &generator)
                    ? column.cells[0] : column.cells.randomElement(using: &generator) ?? ""
            }
            .joined(separator: ",")
        }
        return [columns.map(\.name).joined(separator: ",")] + rows
    }

    private struct Outcome: Equatable {
        let first: [Int]
        let faults: [String]
        let again: [Int]
        let orders: [String]
    }

    private static func outcome(
        of text: String,
        _ chunkSize: Int,
        windowSize: Int = 100_000,
        isAlone: Bool = false,
        in base: ImportBase
    ) throws -> Outcome {
        let (first, again) = try (take(), take())
        func take() throws -> ImportResult {
            try base.take(
                .orders,
                text,
                chunkSize: chunkSize,
                windowSize: windowSize,
                isAlone: isAlone
            )
        }
        let orders = try base.export(.orders).split(separator: "\r\n").map(String.init).sorted()
        return Outcome(
            first: first.figures,
            faults: first.faults,
            again: again.figures,
            orders: orders
        )
    }

    /// Few customers, days and amounts, so that there are twins, doubles and contradictions.
    private static func orders(_ generator: inout Generator) -> String {
        var lines = ["customerExternalId,customerId,externalId,placedAt,total,terms"]
        for _ in 0..<60 {
            let customer = Int.random(in: 0...4, using: &generator)
            let name = Bool.random(using: &generator) ? "N-\(customer)," : ",\(customer)"
            let order = Int.random(in: 0...20, using: &generator)
            let id = order < 8 ? "O-\(order)" : ""
            let day = Int.random(in: 1...2, using: &generator)
            let total = ["1", "2", "-1"].randomElement(using: &generator) ?? ""
            let terms = ["", "credit"].randomElement(using: &generator) ?? ""
            lines.append("\(name),\(id),2026-01-0\(day),\(total),\(terms)")
        }
        return lines.joined(separator: "\n")
    }

    /// SplitMix64, so that a failure can be had again.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }
}
