// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Dispatch
import Foundation
import JSON
import Migrations
import SQLite
import Service
import Synchronization
import TestSupport
import Testing

/// Backups that are made again and again while clients write: each is a prefix of what they were
/// answered, in the order of the commits.
@Suite struct BackupUnderLoadTests {
    private static let writers = 4
    private static let rounds =
        ProcessInfo.processInfo.environment["BACKUP_ROUNDS"].flatMap { Int($0) } ?? 3

    /// What clients were answered, each writer's own in order.
    private final class Acknowledged: Sendable {
        private let counts = Mutex([Int](repeating: 0, count: writers))
        private let over = Atomic(false)

        var all: [Int] { counts.withLock { $0 } }
        var isOver: Bool { over.load(ordering: .relaxed) }

        func add(_ writer: Int) { counts.withLock { $0[writer] += 1 } }
        func end() { over.store(true, ordering: .relaxed) }
    }

    private struct Made {
        let path: String
        let before: [Int]
        let after: [Int]
    }

    @Test func `each backup under load restores to a prefix of the acknowledged order`() throws {
        let folder = try TemporaryFolder()
        let settings = BackupSettings(folder: folder.path)
        try withServer(configure: { $0.backups = settings }) { client in
            let acknowledged = Acknowledged()
            let group = DispatchGroup()
            for writer in 0..<Self.writers {
                DispatchQueue.global().async(group: group) {
                    Self.write(client, writer, acknowledged)
                }
            }
            let made = try (0..<Self.rounds).map { _ in
                let before = acknowledged.all
                let backup = try client.backup()
                #expect(backup["status"] == "finished", "\(backup)")
                let name = try #require(backup["file"]?.string)
                return Made(
                    path: folder.path + "/" + name,
                    before: before,
                    after: acknowledged.all
                )
            }
            acknowledged.end()
            group.wait()
            for one in made { try verify(one, client) }
        }
    }

    private static func write(
        _ client: TestClient,
        _ writer: Int,
        _ acknowledged: Acknowledged
    ) {
        var number = 0
        while !acknowledged.isOver {
            let body = #"{"kind": "individual", "name": "\#(writer)-\#(number)"}"#
            guard let answer = try? client.post("/v1/customers", body), answer.status == 201
            else {
                Issue.record("a customer was not created")
                return
            }
            acknowledged.add(writer)
            number += 1
        }
    }

    /// Restores a backup and holds it against what clients knew when it was made.
    private func verify(_ made: Made, _ client: TestClient) throws {
        let path = made.path + ".restored"
        let verdict = try BackupRestore(made.path) { try Migrator(Migrations.all).verify($0) }
            .run(to: path) { _ in }
        #expect(verdict.isValid)
        let connection = try Connection(path: path, mode: .readOnly)
        defer { connection.close() }
        let names = try connection.read { snapshot in
            try snapshot.all("SELECT name FROM customer ORDER BY id") { row in try row[0] as String
            }
        }
        for writer in 0..<Self.writers {
            let own = names.filter { $0.hasPrefix("\(writer)-") }
            #expect(own == own.indices.map { "\(writer)-\($0)" })
            // One that was under way may be in it before its answer is known.
            #expect((made.before[writer]...made.after[writer] + 1).contains(own.count))
        }
        // Each hash covers all before it: the same head means the same commits in the same order.
        let head = verdict.head.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let event = try client.get("/v1/events?after=\(verdict.entries - 1)&limit=1").items.first
        #expect(event?["hash"]?.string == head)
    }
}
