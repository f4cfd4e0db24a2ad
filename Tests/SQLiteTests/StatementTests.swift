// SPDX-License-Identifier: Apache-2.0
import SQLite
import Testing

@Suite struct StatementTests {
    @Test func `binds parameters by their number, not by their place`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        let found = try connection.read { snapshot in
            try snapshot.first("SELECT $3, $1, $2, $1", 1, "two", nil as Int?) { row in
                [try row[0], try row[1], try row[2], try row[3]] as [StoredValue]
            }
        }
        #expect(found == [.null, .integer(1), .text("two"), .integer(1)])
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let name: String
        let sql: String
        var values: [StoredValue] = []

        var testDescription: String { name }
    }

    static let refused = [
        Refused(name: "too few values", sql: "SELECT $1, $2", values: [.null]),
        Refused(name: "too many values", sql: "SELECT $1", values: [.null, .null]),
        Refused(name: "a number left out", sql: "SELECT $1, $3", values: [.null, .null]),
        Refused(name: "question marks", sql: "SELECT ?", values: [.null]),
        Refused(name: "names", sql: "SELECT :name", values: [.null]),
        Refused(name: "two statements", sql: "SELECT 1; SELECT 2"),
        Refused(name: "no statement", sql: "-- nothing"),
        Refused(name: "no column", sql: "SELECT 1 WHERE 1 = 0 LIMIT 'a' || $1", values: []),
    ]

    @Test(arguments: refused)
    func `refuses`(_ one: Refused) throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        let error = #expect(throws: SQLiteError.self) {
            try connection.read { snapshot in
                try snapshot.all(one.sql, values: one.values) { row in try row[0] as StoredValue }
            }
        }
        #expect(error?.isMisuse == true)
        #expect(error?.sql == one.sql)
    }

    @Test func `prepares a text once`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        for _ in 0..<3 {
            let number = 1
            // One literal, one composed at run time: the same text.
            _ = try connection.read(value("SELECT 1 AS a_number_that_is_one"))
            _ = try connection.read(value("SELECT \(number) AS a_number_that_is_one"))
        }
        let selects = connection.preparedStatements.filter { $0.hasPrefix("SELECT") }
        #expect(selects == ["SELECT 1 AS a_number_that_is_one"])
    }

    @Test func `keeps a bounded number of statements`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        try connection.read { snapshot throws in
            for number in 0..<2000 {
                let sql = "SELECT \(number)"
                #expect(try value(sql)(snapshot) == .integer(Int64(number)))
                #expect(try value("SELECT 'often used'")(snapshot) == .text("often used"))
            }
        }
        #expect(connection.preparedStatements.count == 512)
        #expect(connection.preparedStatements.contains("SELECT 'often used'"))
        #expect(connection.preparedStatements.contains("SELECT 1999"))
        #expect(!connection.preparedStatements.contains("SELECT 0"))
    }

    @Test func `can be used again while it runs`() throws {
        let sql = "SELECT column1 FROM (VALUES (1), (2), (3)) WHERE column1 >= $1"
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        let found = try connection.read { snapshot in
            try snapshot.all(sql, 1) { row in
                let outer: Int = try row[0]
                let inner = try snapshot.all(sql, outer) { row in try row[0] as Int }
                return [outer] + inner
            }
        }
        #expect(found == [[1, 1, 2, 3], [2, 2, 3], [3, 3]])
    }

    @Test func `is ready again after a closure threw`() throws {
        struct Other: Error {}
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        let sql = "SELECT column1 FROM (VALUES (1), (2))"
        try connection.read { snapshot throws in
            let error = #expect(throws: SQLiteError.self) {
                try snapshot.forEach(sql) { _ in throw Other() }
            }
            #expect(error?.isMismatch == true)
            #expect(try snapshot.all(sql) { row in try row[0] as Int } == [1, 2])
        }
    }

    @Test func `notices that the schema has changed`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        try connection.write { transaction throws in
            try transaction.run("CREATE TABLE a (b INTEGER) STRICT")
            try transaction.run("INSERT INTO a (b) VALUES (1)")
            #expect(try value("SELECT b FROM a")(transaction) == .integer(1))
            try transaction.run("ALTER TABLE a ADD COLUMN c INTEGER")
            #expect(try value("SELECT b FROM a")(transaction) == .integer(1))
        }
    }

    @Test func `counts the rows it changed`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        try connection.write { transaction throws in
            #expect(try transaction.run("CREATE TABLE a (b INTEGER) STRICT") == 0)
            #expect(try transaction.run("INSERT INTO a (b) VALUES ($1), ($2)", 1, 2) == 2)
            #expect(try transaction.run("CREATE INDEX a_b ON a (b)") == 0)
            #expect(try transaction.run("UPDATE a SET b = 3 WHERE b = $1", 9) == 0)
            #expect(try transaction.run("DELETE FROM a WHERE b < $1", values: [.integer(9)]) == 2)
        }
    }

    @Test func `says what was wrong without a value`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        try connection.write { transaction throws in
            try transaction.run("CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT")
            try transaction.run(
                """
                CREATE TABLE a (
                    b TEXT NOT NULL UNIQUE CHECK (b != ''),
                    parent_id INTEGER REFERENCES parent (id)
                ) STRICT
                """
            )
            try transaction.run("INSERT INTO a (b) VALUES ($1)", "secret")
            func insert(_ b: String?, _ parent: Int? = nil) -> SQLiteError? {
                #expect(throws: SQLiteError.self) {
                    try transaction.run("INSERT INTO a (b, parent_id) VALUES ($1, $2)", b, parent)
                }
            }
            #expect(insert("secret")?.isUniqueViolation == true)
            #expect(insert("secret")?.message == "UNIQUE constraint failed: a.b")
            #expect(insert(nil)?.isNotNullViolation == true)
            #expect(insert("")?.isCheckViolation == true)
            #expect(insert("other", 7)?.isForeignKeyViolation == true)
            #expect(insert("other", 7)?.primary == 19)
            try transaction.run("CREATE VIRTUAL TABLE found USING fts5 (body)")
            let error = #expect(throws: SQLiteError.self) {
                try transaction.all("SELECT rowid FROM found ($1)", "\"secret") { _ in }
            }
            #expect(error.map { "\($0)".contains("secret") } == false)
        }
    }
}
