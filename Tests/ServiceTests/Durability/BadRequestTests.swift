// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import SQLite
import TestSupport
import Testing

/// One bad request in a batch of 128 is refused for its own reason and harms no other.
@Suite struct BadRequestTests {
    struct Bad: Sendable, CustomTestStringConvertible {
        let name: String
        let work: @Sendable (Transaction) throws -> String
        /// Tells whether it was refused for the right reason.
        let isExpected: @Sendable (any Error) -> Bool

        init(
            _ name: String,
            _ work: @escaping @Sendable (Transaction) throws -> String,
            _ isExpected: @escaping @Sendable (any Error) -> Bool
        ) {
            self.name = name
            self.work = work
            self.isExpected = isExpected
        }

        /// Work in SQL, after a first statement that writes.
        init(
            sql: String,
            _ name: String,
            _ isExpected: @escaping @Sendable (SQLiteError) -> Bool
        ) {
            self.init(name) { transaction in
                try transaction.run("INSERT INTO secret (name, value) VALUES ('bad', x'00')")
                try transaction.run(sql)
                return name
            } _: { error in
                (error as? SQLiteError).map(isExpected) ?? false
            }
        }

        init(
            _ name: String,
            _ expected: ServiceError,
            _ work: @escaping @Sendable (Transaction) throws -> Void
        ) {
            self.init(name) { transaction in
                try work(transaction)
                return name
            } _: { error in
                error as? ServiceError == expected
            }
        }

        var testDescription: String { name }
    }

    private static let services = Services(zone: .shanghai)

    private static func occasion(_ id: String) -> Occasion {
        Occasion(at: TestClock.start, actor: "tests", requestID: id)
    }

    private static func order(
        of customer: String,
        placedAt: Instant = TestClock.start,
        in transaction: Transaction
    ) throws {
        _ = try services.orders.record(
            NewOrder(
                customer: .success(.externalID(customer)),
                placedAt: placedAt,
                total: Money(rawValue: 100)
            ),
            by: occasion("bad"),
            in: transaction
        )
    }

    private static func create(_ externalID: String, in transaction: Transaction) throws -> String {
        let customer = try services.customers.create(
            CustomerDetails(kind: .enterprise, name: externalID, externalID: externalID),
            by: occasion(externalID),
            in: transaction
        )
        return customer.details.externalID ?? ""
    }

    static let bad = [
        Bad("an external id that is taken", .duplicate(Subject(.customer, 1))) { transaction in
            _ = try create(ScriptedRequest.taken, in: transaction)
        },
        Bad(
            "an unknown customer",
            .refused([
                .init("/customerExternalId", "there is no customer with the external id nobody")
            ])
        ) { transaction in
            try order(of: "nobody", in: transaction)
        },
        Bad(
            "a time in the future",
            .refused([.init("/placedAt", "must not lie in the future")])
        ) { transaction in
            let later = TestClock.start.adding(milliseconds: 1)
            try order(of: ScriptedRequest.taken, placedAt: later, in: transaction)
        },
        Bad("a missing record", .notFound) { transaction in
            _ = try services.complaints.find(
                ID(rawValue: 77),
                at: TestClock.start,
                in: transaction
            )
        },
        Bad("a rule that says no once it has written", .notAllowedNow("late", allowed: [])) {
            transaction in
            _ = try create("bad", in: transaction)
            throw ServiceError.notAllowedNow("late", allowed: [])
        },
        Bad(sql: "INSERT INTO secret (name, value) VALUES ('bad', x'00')", "a key twice") {
            $0.isUniqueViolation
        },
        Bad(
            sql: "INSERT INTO customer_tag (customer_id, position, tag) VALUES (9999, 0, 'a')",
            "a reference to nothing"
        ) { $0.isForeignKeyViolation },
        Bad(sql: "UPDATE token SET role = 'king'", "a word that is none of them") {
            $0.isCheckViolation
        },
        Bad(sql: "UPDATE token SET name = NULL", "a column without a value") {
            $0.isNotNullViolation
        },
        Bad(sql: "UPDATE token SET created_at = 'now'", "a value of another type") {
            $0.isConstraint
        },
        Bad(sql: "UPDATE nowhere SET a = 1", "a statement that does not fit") {
            $0.message.contains("no such table")
        },
        Bad(sql: "COMMIT", "a commit") { $0.isMisuse },
    ]

    /// With savepoints from the start the batch is one commit; without it is done again up to the
    /// bad one, if that has written.
    @Test(arguments: bad, [false, true])
    func `127 are done and one is refused for its reason`(
        _ bad: Bad,
        _ hasSavepoints: Bool
    ) throws {
        let folder = try FaultyFolder()
        try ScriptTemplate.place(in: folder)
        let reports = Collected<Int>()
        let writer = try Writer(
            path: folder.database,
            configuration: Writer.Configuration(batchTime: .seconds(60)),
            onCommit: { report in reports.add(report.requests) },
            onFatal: { _ in }
        )
        defer { writer.stop() }
        if hasSavepoints { try failLate(writer) }
        var random = SeededGenerator(seed: UInt64(bad.name.utf8.count))
        let place = Int.random(in: 0..<128, using: &random)
        let answers = Answers<String>()
        let gate = try writer.hold()
        for number in 0..<128 {
            let good: @Sendable (Transaction) throws -> String = { transaction in
                try Self.create("good \(number)", in: transaction)
            }
            try writer.submit(number == place ? bad.work : good) { answers.add(number, $0) }
        }
        gate.open()
        try answers.wait(for: 128)
        writer.stop()
        #expect(hasSavepoints ? reports.all.last == 128 : reports.all.reduce(0, +) >= 127)
        for (number, answer) in try answers.all() {
            switch answer {
            case .success(let text): #expect(text == "good \(number)" && number != place)
            case .failure(let error):
                #expect(number == place && bad.isExpected(error), "\(number): \(error)")
            }
        }
        try expectNoTrace(in: folder)
    }

    /// Has the writer run batches in savepoints for a while.
    private func failLate(_ writer: Writer) throws {
        #expect(throws: TestFailure.self) {
            try writer.write { transaction in
                _ = try Self.create("late", in: transaction)
                throw TestFailure("late")
            }
        }
    }

    /// 127 customers with their entries beside those of the template, and nothing of the bad one.
    private func expectNoTrace(in folder: FaultyFolder) throws {
        let reader = try Connection(path: folder.database, mode: .readOnly)
        try reader.read { snapshot throws in
            func number(_ sql: String) throws -> Int? {
                try snapshot.first(sql) { row in try row[0] }
            }
            #expect(try number("SELECT count(*) FROM customer") == 128)
            #expect(try number("SELECT count(*) FROM event") == 129)
            #expect(try number("SELECT count(*) FROM event WHERE request_id = 'bad'") == 0)
            #expect(try number("SELECT count(*) FROM secret WHERE name = 'bad'") == 0)
            #expect(try Journal().verify(in: snapshot).isValid)
            #expect(try IntegrityCheck.run(snapshot) == [])
        }
    }
}
