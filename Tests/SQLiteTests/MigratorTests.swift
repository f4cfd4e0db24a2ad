// SPDX-License-Identifier: Apache-2.0
import SQLite
import Testing

@Suite struct MigratorTests {
    static let parent = Migration(
        number: 1,
        name: "parent",
        sql: "CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT;"
    )
    static let child = Migration(
        number: 2,
        name: "child",
        sql: """
            -- Two statements.
            CREATE TABLE child (parent_id INTEGER NOT NULL REFERENCES parent (id)) STRICT;
            CREATE INDEX child_parent_id ON child (parent_id);
            """
    )

    private func migrated(_ migrations: [Migration]) throws -> Connection {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        _ = try Migrator(migrations).migrate(connection, at: 1_000)
        return connection
    }

    private func tables(_ connection: Connection) throws -> [String] {
        try connection.read { snapshot in
            try snapshot.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") {
                row in try row[0]
            }
        }
    }

    @Test func `brings a fresh database to the schema and records how`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        let migrator = Migrator([Self.parent, Self.child])
        #expect(try migrator.migrate(connection, at: 1_000) == [Self.parent, Self.child])
        #expect(try tables(connection) == ["child", "parent", "schema_migration"])
        #expect(try connection.read(value("PRAGMA user_version")) == .integer(2))
        #expect(try connection.read(value("PRAGMA foreign_keys")) == .integer(1))
        let applied = try migrator.applied(connection)
        #expect(applied.map(\.migration) == [Self.parent, Self.child])
        #expect(applied.map(\.at) == [1_000, 1_000])
        try migrator.verify(connection)
    }

    @Test func `does nothing the second time`() throws {
        let connection = try migrated([Self.parent, Self.child])
        let migrator = Migrator([Self.parent, Self.child])
        #expect(try migrator.migrate(connection, at: 2_000).isEmpty)
        #expect(try migrator.applied(connection).map(\.at) == [1_000, 1_000])
    }

    @Test func `applies only what is pending`() throws {
        let connection = try migrated([Self.parent])
        let migrator = Migrator([Self.parent, Self.child])
        #expect(throws: MigrationError.pending([2])) { try migrator.verify(connection) }
        #expect(try migrator.migrate(connection, at: 2_000) == [Self.child])
        #expect(try migrator.applied(connection).map(\.at) == [1_000, 2_000])
    }

    @Test func `refuses a database that is newer`() throws {
        let connection = try migrated([Self.parent, Self.child])
        #expect(throws: MigrationError.newer(database: 2, program: 1)) {
            try Migrator([Self.parent]).migrate(connection, at: 0)
        }
    }

    @Test(arguments: [
        Migration(number: 1, name: "parent", sql: parent.sql + "\n"),
        Migration(number: 1, name: "parents", sql: parent.sql),
    ])
    func `refuses a migration that was altered after it was applied`(_ one: Migration) throws {
        let connection = try migrated([Self.parent])
        #expect(throws: MigrationError.altered(number: 1, name: one.name)) {
            try Migrator([one, Self.child]).migrate(connection, at: 0)
        }
        #expect(try tables(connection) == ["parent", "schema_migration"])
    }

    @Test func `refuses a list with a gap`() throws {
        let connection = try migrated([])
        #expect(throws: MigrationError.numbering(expected: 1, found: 2)) {
            try Migrator([Self.child]).migrate(connection, at: 0)
        }
    }

    @Test(arguments: [
        "DELETE FROM schema_migration WHERE number = 1",
        "DELETE FROM schema_migration WHERE number = 2",
        "PRAGMA user_version = 1",
    ])
    func `refuses a record with a gap`(_ sql: String) throws {
        let connection = try migrated([Self.parent, Self.child])
        try connection.write { transaction in try transaction.run(sql) }
        let error = #expect(throws: MigrationError.self) {
            try Migrator([Self.parent, Self.child]).migrate(connection, at: 0)
        }
        guard case .gap = error else {
            Issue.record("\(String(describing: error)) is no gap")
            return
        }
    }

    @Test func `refuses the database of another program`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        try connection.write { transaction in try transaction.run("CREATE TABLE a (b)") }
        #expect(throws: MigrationError.foreign) {
            try Migrator([Self.parent]).migrate(connection, at: 0)
        }
    }

    @Test(arguments: [
        "CREATE TABLE half (a); INSERT INTO half (a) VALUES (1); SELECT nothing;",
        "CREATE TABLE half (a); COMMIT;",
        "CREATE TABLE half (a); SELECT 'open",
    ])
    func `leaves nothing of a migration that fails`(_ sql: String) throws {
        let folder = try TemporaryFolder()
        let connection = try Connection(path: folder.file(), mode: .readWriteCreate)
        let failing = Migration(number: 2, name: "failing", sql: sql)
        let error = #expect(throws: MigrationError.self) {
            try Migrator([Self.parent, failing]).migrate(connection, at: 0)
        }
        guard case .failed(2, "failing", _) = error else {
            Issue.record("\(String(describing: error)) is another error")
            return
        }
        if !sql.contains("COMMIT") {
            #expect(try tables(connection) == ["parent", "schema_migration"])
        }
        #expect(try connection.read(value("PRAGMA user_version")) == .integer(1))
        #expect(try connection.read(value("PRAGMA foreign_keys")) == .integer(1))
    }

    @Test func `rebuilds a table that others refer to`() throws {
        let rebuild = Migration(
            number: 3,
            name: "rebuild",
            sql: """
                CREATE TABLE parent_new (id INTEGER PRIMARY KEY, name TEXT) STRICT;
                INSERT INTO parent_new (id) SELECT id FROM parent;
                DROP TABLE parent;
                ALTER TABLE parent_new RENAME TO parent;
                """
        )
        let connection = try migrated([Self.parent, Self.child])
        try connection.write { transaction in
            try transaction.run("INSERT INTO parent (id) VALUES (1)")
            try transaction.run("INSERT INTO child (parent_id) VALUES (1)")
        }
        _ = try Migrator([Self.parent, Self.child, rebuild]).migrate(connection, at: 0)
        #expect(try connection.read(value("SELECT count(*) FROM child")) == .integer(1))
        #expect(try connection.read { snapshot in try IntegrityCheck.run(snapshot) } == [])
    }

    @Test func `refuses a migration that leaves references to nothing`() throws {
        let orphan = Migration(
            number: 3,
            name: "orphan",
            sql: "INSERT INTO child (parent_id) VALUES (7);"
        )
        let connection = try migrated([Self.parent, Self.child])
        let findings = ["child 1 refers to a missing parent"]
        #expect(
            throws: MigrationError.danglingReferences(number: 3, name: "orphan", findings)
        ) {
            try Migrator([Self.parent, Self.child, orphan]).migrate(connection, at: 0)
        }
        #expect(try connection.read(value("SELECT count(*) FROM child")) == .integer(0))
    }
}
