// SPDX-License-Identifier: Apache-2.0

/// One step of the schema, never edited once released.
package struct Migration: Sendable, Equatable {
    package let number: Int
    package let name: String
    package let sql: String

    package init(number: Int, name: String, sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }
}

/// Why a database is not migrated, or not served.
package enum MigrationError: Error, Equatable {
    /// The program's list is not numbered 1, 2, 3, …
    case numbering(expected: Int, found: Int)
    /// A newer program has migrated it.
    case newer(database: Int, program: Int)
    /// It was migrated with another text or name than the program's.
    case altered(number: Int, name: String)
    /// Its record misses this migration.
    case gap(number: Int)
    /// No migration made it: another program's file, or an empty one.
    case foreign
    /// These have not been applied.
    case pending([Int])
    /// This one failed and left nothing behind.
    case failed(number: Int, name: String, SQLiteError)
    /// After this one some references led nowhere; it left nothing behind.
    case danglingReferences(number: Int, name: String, [String])
}

extension MigrationError {
    /// Tells that the record of what was applied is not one that this program writes.
    package var isOfRecord: Bool {
        switch self {
        case .altered, .gap: true
        default: false
        }
    }
}

extension MigrationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .numbering(let expected, let found):
            "the program's migration \(found) should be number \(expected)"
        case .newer(let database, let program):
            "the database has schema \(database) and this program knows up to \(program): "
                + "use the newer program"
        case .altered(let number, let name):
            "migration \(number) \(name) was applied with another text than this program's"
        case .gap(let number): "the database's record misses migration \(number)"
        case .foreign: "the file is no database of guanxi"
        case .pending(let numbers):
            "migrations are pending (\(numbers.map(String.init).joined(separator: ", "))): "
                + "run guanxi migrate"
        case .failed(let number, let name, let error):
            "migration \(number) \(name) failed and left nothing behind: \(error)"
        case .danglingReferences(let number, let name, let findings):
            "migration \(number) \(name) left nothing behind, for after it references led "
                + "nowhere: " + findings.joined(separator: "; ")
        }
    }
}

/// Brings a database to the schema of the program, forward only.
///
/// The table `schema_migration` records what was applied; `user_version` is the last number.
package struct Migrator: Sendable {
    private let migrations: [Migration]

    package init(_ migrations: [Migration]) { self.migrations = migrations }

    /// One that stops after so many migrations.
    func first(_ count: Int) -> Migrator { Migrator(Array(migrations.prefix(max(0, count)))) }

    /// Applies what is pending, each in one transaction, tells of each, and returns all.
    package func migrate(
        _ connection: Connection,
        at now: Int64,
        tell: (Migration) throws -> Void = { _ in }
    ) throws -> [Migration] {
        let pending = try pending(connection)
        guard !pending.isEmpty else { return [] }
        // Tables are rebuilt with foreign keys off, and checked before the commit; the setting
        // does nothing inside a transaction (https://sqlite.org/lang_altertable.html#otheralter).
        try connection.set("foreign_keys", to: "OFF", expecting: "0")
        let result = Result {
            for migration in pending {
                try apply(migration, to: connection, at: now)
                try tell(migration)
            }
        }
        try connection.set("foreign_keys", to: "ON", expecting: "1")
        try result.get()
        return pending
    }

    /// What has not been applied; throws if the database does not fit the program.
    package func pending(_ connection: Connection) throws -> [Migration] {
        for (index, migration) in migrations.enumerated() where migration.number != index + 1 {
            throw MigrationError.numbering(expected: index + 1, found: migration.number)
        }
        let applied = try applied(connection)
        if let last = applied.last?.migration, last.number > migrations.count {
            throw MigrationError.newer(database: last.number, program: migrations.count)
        }
        for (ours, theirs) in zip(migrations, applied) {
            guard theirs.migration.number == ours.number else {
                throw MigrationError.gap(number: ours.number)
            }
            guard theirs.migration == ours else {
                throw MigrationError.altered(number: ours.number, name: ours.name)
            }
        }
        return Array(migrations.dropFirst(applied.count))
    }

    /// Throws unless the database has exactly the schema of the program.
    package func verify(_ connection: Connection) throws {
        let pending = try pending(connection)
        guard pending.isEmpty else { throw MigrationError.pending(pending.map(\.number)) }
    }

    /// Throws unless the database is one of these migrations, be it one that waits for the last.
    package func verifyOlder(_ connection: Connection) throws {
        guard try pending(connection).count < migrations.count else { throw MigrationError.foreign }
    }
}

extension Migrator {
    /// A migration that the database records, and when it was applied.
    package struct Applied: Sendable, Equatable {
        package let migration: Migration
        /// Milliseconds since 1970.
        package let at: Int64
    }

    /// What the database records, by number.
    package func applied(_ connection: Connection) throws -> [Applied] {
        let version = Int(try connection.pragma("user_version")) ?? 0
        return try connection.read { snapshot in
            let tables = try snapshot.all(
                "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
            ) { row in try row[0] as String }
            guard tables.contains("schema_migration") else {
                guard tables.isEmpty, version == 0 else { throw MigrationError.foreign }
                return []
            }
            let applied = try snapshot.all(
                "SELECT number, name, sql, applied_at FROM schema_migration ORDER BY number"
            ) { row in
                Applied(
                    migration: Migration(
                        number: try row[0],
                        name: try row[1],
                        sql: try row[2]
                    ),
                    at: try row[3]
                )
            }
            for (index, one) in applied.enumerated() where one.migration.number != index + 1 {
                throw MigrationError.gap(number: index + 1)
            }
            guard version == applied.count else { throw MigrationError.gap(number: version) }
            return applied
        }
    }

    private func apply(_ migration: Migration, to connection: Connection, at now: Int64) throws {
        do {
            try connection.write { transaction in
                try connection.execute(script: migration.sql)
                guard connection.isInTransaction else {
                    throw SQLiteError.misuse("a migration ends its transaction")
                }
                let dangling = try IntegrityCheck.danglingReferences(transaction)
                guard dangling.isEmpty else {
                    throw MigrationError.danglingReferences(
                        number: migration.number,
                        name: migration.name,
                        dangling
                    )
                }
                try record(migration, in: transaction, at: now)
            }
        } catch let error as SQLiteError {
            throw MigrationError.failed(
                number: migration.number,
                name: migration.name,
                error
            )
        }
    }

    private func record(
        _ migration: Migration,
        in transaction: Transaction,
        at now: Int64
    ) throws(SQLiteError) {
        try transaction.run(
            """
            CREATE TABLE IF NOT EXISTS schema_migration (
                number INTEGER PRIMARY KEY,
                name TEXT NOT NULL,
                sql TEXT NOT NULL,
                applied_at INTEGER NOT NULL
            ) STRICT
            """
        )
        try transaction.run(
            """
            INSERT INTO schema_migration (number, name, sql, applied_at) VALUES ($1, $2, $3, $4)
            """,
            migration.number,
            migration.name,
            migration.sql,
            now
        )
        // A pragma takes no parameters; the number is ours.
        try transaction.run("PRAGMA user_version = \(migration.number)")
    }
}
