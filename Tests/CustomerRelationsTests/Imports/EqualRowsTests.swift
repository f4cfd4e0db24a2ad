// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Migrations
import SQLite
import Testing

/// Files of equal rows without external id: each row is a record of its own, and what the file costs
/// grows with its length, not with the square of it.
@Suite struct EqualRowsTests {
    /// What came of a file that was imported twice.
    private struct Outcome {
        let first: ImportCounts
        let again: ImportCounts
        /// Thousands of instructions of SQLite, for both.
        let cost: Int
        let costAgain: Int
    }

    private static let now = TierBase.now
    private static let occasion = Occasion(at: now, actor: "test", requestID: "r-1")

    private static let phones = [PhoneNumber("13800138000"), PhoneNumber("021-62345678")]
        .compactMap { $0 }.map { CustomerPhone($0) }

    private static func customer(
        _ name: String = "a",
        _ phones: [CustomerPhone] = []
    ) -> CustomerDetails {
        CustomerDetails(kind: .individual, name: name, phones: phones)
    }

    private static func order(_ externalID: String? = nil, fen: Int64 = 1) -> NewOrder {
        NewOrder(
            customer: .success(.externalID("A")),
            externalID: externalID,
            placedAt: now,
            total: Money(rawValue: fen)
        )
    }

    private static let payment = NewPayment(
        order: .externalID("O"),
        amount: Money(rawValue: 1),
        paidAt: now
    )

    private static let contact = NewContact(
        customer: .externalID("A"),
        details: ContactDetails(name: "a", phones: phones)
    )

    /// Imports rows twice into a fresh database with a customer A and its order O.
    private static func outcome<Record: ImportedRecord>(
        _ count: Int,
        _ record: (Int) -> Record
    ) throws -> Outcome {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        _ = try Migrator(Migrations.all).migrate(connection, at: 0)
        _ = try take([order("O", fen: 1_000_000)], on: connection)
        let before = connection.instructions
        let records = (0..<count).map(record)
        let first = try take(records, on: connection)
        let between = connection.instructions
        let again = try take(records, on: connection)
        let after = connection.instructions
        return Outcome(
            first: first,
            again: again,
            cost: after - before,
            costAgain: after - between
        )
    }

    private static func take<Record: ImportedRecord>(
        _ records: [Record],
        on connection: Connection
    ) throws -> ImportCounts {
        let service = ImportService(
            rules: PlainServices().importRules,
            journal: Journal(),
            descriptions: ImportService.Descriptions(
                imports: { _, _ in "{}" },
                chunk: { _, _ in "{}" }
            )
        )
        return try connection.write { transaction in
            let kind = Record.importKind
            let id = try service.start(kind, .partial, by: occasion, in: transaction).id
            var rows = records.enumerated().map {
                ImportRow(line: $0.offset + 2, .record($0.element))
            }
            var memory = ImportMemory()
            try memory.prepare(&rows, in: transaction)
            return try service.apply(rows[...], of: id, by: occasion, in: transaction).counts
        }
    }

    private static func check<Record: ImportedRecord>(
        _ count: Int = 2_000,
        cost: KeyPath<Outcome, Int> = \.cost,
        _ record: (Int) -> Record
    ) throws {
        let few = try outcome(count / 4, record)
        let many = try outcome(count, record)
        #expect(many.first.created == count)
        #expect(many.again.unchanged == count)
        #expect(many.again.created == 0)
        let costs = [few[keyPath: cost], many[keyPath: cost]]
        #expect(costs[1] < 6 * costs[0])
    }

    @Test func `customers of one name`() throws {
        try Self.check { _ in Self.customer() }
    }

    @Test func `customers of one name and the same numbers`() throws {
        try Self.check { _ in Self.customer("a", Self.phones) }
    }

    @Test func `customers of many names and the same number`() throws {
        try Self.check { Self.customer("a\($0)", Self.phones) }
    }

    @Test func `customers of one name, each with a number of its own`() throws {
        try Self.check { number in
            Self.customer(
                "a",
                [PhoneNumber("1380013\(1000 + number)")].compactMap { $0 }.map {
                    CustomerPhone($0)
                }
            )
        }
    }

    @Test func `contacts of one customer`() throws {
        // Each that is new counts those who are there, of whom a customer has a thousand at most.
        try Self.check(1_000, cost: \.costAgain) { _ in Self.contact }
    }

    @Test func `orders of one customer, instant and total`() throws {
        try Self.check { _ in Self.order() }
    }

    @Test func `payments of one order, instant and amount`() throws {
        try Self.check { _ in Self.payment }
    }
}
