// SPDX-License-Identifier: Apache-2.0
import Foundation
import Migrations
import SQLite
import Testing

@Suite struct MigrationsTests {
    /// The top-level folder of the schema.
    static let folder = URL(filePath: #filePath)
        .resolvingSymlinksInPath()
        .deletingLastPathComponent()
        .appending(path: "../../Migrations")
        .standardized

    @Test func `the list is the folder`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
        #expect(Migrations.all.map(fileName) == files)
        for migration in Migrations.all {
            let text = try Data(contentsOf: Self.folder.appending(path: fileName(of: migration)))
            #expect(Data(migration.sql.utf8) == text, "\(fileName(of: migration))")
        }
    }

    /// NNNN_name.sql.
    private func fileName(of migration: Migration) -> String {
        String(repeating: "0", count: 4 - "\(migration.number)".count)
            + "\(migration.number)_\(migration.name).sql"
    }

    @Test func `the schema is made and sound`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        let migrator = Migrator(Migrations.all)
        #expect(try migrator.migrate(connection, at: 0) == Migrations.all)
        try migrator.verify(connection)
        #expect(try connection.read { snapshot in try IntegrityCheck.run(snapshot) } == [])
    }
}
