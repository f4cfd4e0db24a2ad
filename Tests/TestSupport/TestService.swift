// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Foundation
import HTTPServer
import Logging
import SQLite
package import Service

/// Starts a service on a free port over a fresh database, hands the test a client, and stops it.
///
/// It listens before the test begins and its threads are joined when this returns. `database` names
/// a file that is to stay, so that a test can start a service on it again.
package func withServer<Value>(
    clock: TestClock = TestClock(),
    database: String? = nil,
    configure: (inout ServiceSettings) -> Void = { _ in },
    _ body: (TestClient) throws -> Value
) throws -> Value {
    let folder = try TemporaryFolder()
    let path = database ?? folder.database
    let template = try Template.made.get()
    if !FileManager.default.fileExists(atPath: path) {
        try Data(template.file).write(to: URL(filePath: path))
    }
    var settings = ServiceSettings.forTests(path, in: folder)
    configure(&settings)
    let service = try Service(settings, clock)
    defer { service.stop() }
    return try body(TestClient(service, clock, tokens: template.tokens))
}

/// A migrated database with a token for each role, made once: copying it is quicker.
private struct Template: Sendable {
    let file: [UInt8]
    let tokens: [Role: String]

    static let made = Result { try Template() }

    private init() throws {
        let folder = try TemporaryFolder()
        let service = try Service(.forTests(folder.database, in: folder), TestClock())
        tokens = try service.makeTokens(at: TestClock.start)
        // What stops a service brings everything into the one file.
        service.stop()
        file = Array(try Data(contentsOf: URL(filePath: folder.database)))
    }
}

extension ServiceSettings {
    fileprivate static func forTests(_ path: String, in folder: TemporaryFolder) -> Self {
        var settings = ServiceSettings(databasePath: path)
        settings.server.port = 0
        settings.server.reactors = 2
        settings.server.spoolFolder = folder.path
        // What jobs do should not come in between: they look at the start and when they are woken.
        settings.jobPause = 3600
        return settings
    }
}

extension Service {
    fileprivate convenience init(_ settings: ServiceSettings, _ clock: TestClock) throws {
        try self.init(
            settings,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            clock: { clock.now },
            onFatal: { _ in }
        )
    }

    /// Makes a token for each role.
    fileprivate func makeTokens(at now: Instant) throws -> [Role: String] {
        let tokens = services.tokens
        return try database.write { transaction in
            var secrets: [Role: String] = [:]
            for role in Role.allCases {
                secrets[role] = try tokens.create(
                    NewToken(name: role.rawValue, role: role, owner: "tests"),
                    by: Occasion(at: now, actor: "tests", requestID: "start"),
                    in: transaction
                )
                .secret
            }
            return secrets
        }
    }

    /// Changes the database behind the service's back.
    package func tamper(_ sql: String) throws {
        try database.write { transaction in _ = try transaction.run(sql) }
    }

    /// The number that a query finds.
    package func number(_ sql: String) throws -> Int? {
        try database.read { snapshot in try snapshot.first(sql) { row in try row[0] as Int } }
    }
}
