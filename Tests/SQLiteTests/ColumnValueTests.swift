// SPDX-License-Identifier: Apache-2.0
import SQLite
import Testing

@Suite struct ColumnValueTests {
    enum Kind: String, ColumnValue { case late, broken }

    struct ID<Subject>: RawRepresentable, Hashable, ColumnValue {
        let rawValue: Int64
    }

    /// Binds a value, reads it back and tells whether it is the same.
    private func survives<Value: ColumnValue & Equatable>(_ value: Value) throws -> Bool {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        return try connection.read { snapshot in
            try snapshot.first("SELECT $1", value) { row in try row[0] == value } ?? false
        }
    }

    @Test func `come back as they went in`() throws {
        #expect(try survives(Int.min))
        #expect(try survives(Int64.max))
        #expect(try survives(-0.1))
        #expect(try survives(Double.infinity))
        #expect(try survives(true))
        #expect(try survives(false))
        #expect(try survives(""))
        #expect(try survives("关系 e\u{301} \u{1F600} \u{0} after"))
        #expect(try survives([UInt8]()))
        #expect(try survives([0, 255, 0] as [UInt8]))
        #expect(try survives(nil as Int?))
        #expect(try survives("some" as String?))
        #expect(try survives(Kind.broken))
        #expect(try survives(nil as Kind?))
        #expect(try survives(ID<Int>(rawValue: 7)))
        #expect(try survives(StoredValue.real(1.5)))
    }

    @Test func `keep empty text and empty bytes apart from NULL`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        let types = try connection.read { snapshot in
            try snapshot.first("SELECT typeof($1), typeof($2)", "", [UInt8]()) { row in
                [try row[0], try row[1]] as [String]
            }
        }
        #expect(types == ["text", "blob"])
    }

    struct Mismatch: Sendable, CustomTestStringConvertible {
        let sql: String
        let read: @Sendable (borrowing Row) throws -> Void

        var testDescription: String { sql }
    }

    static let mismatches = [
        Mismatch(sql: "SELECT NULL") { row in _ = try row[0] as Int },
        Mismatch(sql: "SELECT NULL") { row in _ = try row[0] as String },
        Mismatch(sql: "SELECT '1'") { row in _ = try row[0] as Int },
        Mismatch(sql: "SELECT 'secret' AS a") { row in _ = try row[0] as [UInt8]? },
        Mismatch(sql: "SELECT 1") { row in _ = try row[0] as String },
        Mismatch(sql: "SELECT 1.0") { row in _ = try row[0] as Int },
        Mismatch(sql: "SELECT 9007199254740993") { row in _ = try row[0] as Double },
        Mismatch(sql: "SELECT 2") { row in _ = try row[0] as Bool },
        Mismatch(sql: "SELECT 'lost'") { row in _ = try row[0] as Kind },
        Mismatch(sql: "SELECT 'lost'") { row in _ = try row[0] as Kind? },
        Mismatch(sql: "SELECT x'00'") { row in _ = try row[0] as String },
    ]

    @Test(arguments: mismatches)
    func `throw when the column holds something else`(_ one: Mismatch) throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        let error = #expect(throws: SQLiteError.self) {
            try connection.read { snapshot in try snapshot.first(one.sql, read: one.read) }
        }
        #expect(error?.isMismatch == true)
        #expect(error?.message.contains("secret") == false)
    }

    @Test(arguments: [-1, 1, Int.max])
    func `throw when there is no such column`(_ column: Int) throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        let error = #expect(throws: SQLiteError.self) {
            try connection.read { snapshot in
                try snapshot.first("SELECT 1") { row in try row[column] as Int? }
            }
        }
        #expect(error?.isMisuse == true)
    }

    @Test func `an integer is read as a number`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        let number = try connection.read { snapshot in
            try snapshot.first("SELECT coalesce(NULL, 0)") { row in try row[0] as Double }
        }
        #expect(number == 0)
    }
}
