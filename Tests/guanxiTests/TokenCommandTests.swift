// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Foundation
import Migrations
import SQLite
import Testing

@Suite struct TokenCommandTests {
    /// Adds a person to a new database, and answers the id.
    private static func addPerson(_ path: String) throws -> Int64 {
        let database = try Database(
            path: path,
            migrations: Migrations.all,
            now: 0,
            onFatal: { _ in }
        )
        defer { database.stop() }
        let services = Services(zone: .shanghai)
        let occasion = Occasion(at: Instant(rawValue: 0), actor: "tests", requestID: "add")
        return try database.write { transaction in
            let details = StaffDetails(name: "王芳")
            return try services.staff.create(details, by: occasion, in: transaction).id.rawValue
        }
    }

    @Test func `a token is made for a person who is there`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("test.sqlite")
        let id = try Self.addPerson(path)
        let create = ["token", "create", "--name", "t", "--role", "agent", "--database", path]
        let made = try Program.run(create + ["--staff", "\(id)"])
        #expect(made.code == 0, "\(made.complaint)")
        #expect(made.output.hasPrefix("gx_"))
        let nobody = try Program.run(create + ["--staff", "9"])
        #expect(nobody.code == 64, "\(nobody.complaint)")
        #expect(nobody.complaint.contains("there is no person 9"))
    }
}
