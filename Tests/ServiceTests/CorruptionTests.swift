// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Foundation
import HTTP
import JSON
import Migrations
import Routing
import SQLite
import Service
import TestSupport
import Testing

/// Single bytes of a backup are changed: whatever they are, nothing crashes, and what would be
/// served otherwise than before is found by the check or by the manifest.
@Suite struct CorruptionTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let count = environment["CORRUPTIONS"].flatMap { Int($0) } ?? 20
    private static let seed = environment["CORRUPTION_SEED"].flatMap { UInt64($0) } ?? 92

    private struct Tally {
        var changed = 0
        var changedFoundByCheck = 0
        var refused = 0
        var foundByCheck = 0
        var foundByManifest = 0
    }

    @Test func `a changed byte neither crashes nor goes unnoticed`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/copy.db"
        let manifest = try Self.makeBackup(path)
        let reader = Reader()
        let sound = reader.answers(path)
        #expect(sound.count >= 20)
        #expect(!sound.contains { $0 == nil })
        var generator = SplitMix(state: Self.seed)
        var tally = Tally()
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        for _ in 0..<Self.count {
            let place = Int.random(in: bytes.indices, using: &generator)
            let byte = bytes[place] ^ UInt8.random(in: 1...255, using: &generator)
            try Self.write(byte, at: place, of: path)
            let answers = reader.answers(path)
            let isFoundByCheck = !Self.isSound(path)
            let isFoundByManifest = (try? manifest.verifyBytes(of: path)) == nil
            try Self.write(bytes[place], at: place, of: path)
            for suffix in ["-wal", "-shm", "-journal"] { DurableFile.remove(path + suffix) }

            let isChanged = zip(sound, answers).contains { $1 != nil && $0 != $1 }
            if isChanged { tally.changed += 1 }
            if isChanged, isFoundByCheck { tally.changedFoundByCheck += 1 }
            if answers.contains(nil) { tally.refused += 1 }
            if isFoundByCheck { tally.foundByCheck += 1 }
            if isFoundByManifest { tally.foundByManifest += 1 }
            #expect(!isChanged || isFoundByCheck || isFoundByManifest, "byte \(place) is \(byte)")
        }
        #expect(tally.foundByManifest == Self.count)
        if Self.count > 100 { print("\(Self.count) changed bytes of \(bytes.count): \(tally)") }
    }

    /// What `guanxi check` runs.
    private static func isSound(_ path: String) -> Bool {
        guard let connection = try? Connection(path: path, mode: .readOnly) else { return false }
        defer { connection.close() }
        do {
            try Migrator(Migrations.all).verify(connection)
            return try connection.read { snapshot in
                try IntegrityCheck.run(snapshot).isEmpty && DerivedCheck.run(snapshot).isEmpty
                    && Journal().verify(in: snapshot).isValid
            }
        } catch {
            return false
        }
    }

    private static func write(_ byte: UInt8, at place: Int, of path: String) throws {
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.seek(toOffset: UInt64(place))
        try file.write(contentsOf: Data([byte]))
        try file.close()
    }

    /// A backup of a database that has something of everything.
    private static func makeBackup(_ path: String) throws -> BackupManifest {
        try withServer { client in
            for number in 1...40 {
                try client.customer(
                    "上海明珠贸易 \(number)",
                    #"""
                    "externalId": "A-\#(number)", "phones": [{"number": "1380013\#(8000 + number)"}],
                    "emails": ["a\#(number)@example.com"], "tags": ["east"],
                    "profile": {"basic": {"title": "经理"}}
                    """#
                )
                try client.create(
                    "/v1/orders",
                    #"""
                    {"customerId": \#(number), "placedAt": "2026-11-01T00:00:00Z",
                     "total": "\#(number).50"}
                    """#
                )
                try client.create(
                    "/v1/interactions",
                    #"""
                    {"customerId": \#(number), "direction": "inbound", "content": "idea",
                     "channel": "phone", "occurredAt": "2026-11-01T00:00:00Z",
                     "summary": "送货迟到 \#(number)"}
                    """#
                )
                try client.create(
                    "/v1/complaints",
                    #"{"customerId": \#(number), "channel": "web", "subject": "迟到 \#(number)"}"#
                )
            }
            try client.create("/v1/products", #"{"sku": "T", "name": "tea", "unitCost": "1"}"#)
            let run = try client.post("/v1/tier-runs", #"{"asOf": "2026-11-23"}"#)
            while try client.get(run.location ?? "").json["status"] == "running" {}
            return try BackupWork(of: client.service.database.path, keep: nil)
                .run(to: path, at: client.clock.now) { _ in }
                .manifest
        }
    }
}

/// Reads all that a database serves, as its reactors do.
private struct Reader {
    private static let lists = [
        "customers", "interactions", "complaints", "products", "orders", "tiers", "tier-runs",
        "tokens", "events",
    ]
    private static let targets =
        lists.map { "/v1/\($0)?limit=500" }
        + [
            "/v1/tier-policy", "/v1/complaints?status=open", "/v1/customers?tier=key",
            "/v1/customers?tag=east", "/v1/orders?customerId=7",
        ]
        + ["q=13800138007", "q=%E6%98%8E%E7%8F%A0", "sort=name"].map { "/v1/customers?" + $0 }
        + ["1", "2/tier", "3/timeline"].map { "/v1/customers/" + $0 }

    private let router = Router(
        API(
            services: Services(zone: .shanghai),
            database: nil,
            system: SystemStatus(),
            clock: { TestClock.start },
            wakeJobs: {}
        )
        .routes
    )

    /// The bytes of each answer; nil where there is none because the file is found damaged.
    func answers(_ path: String) -> [[UInt8]?] {
        guard let connection = try? Connection(path: path, mode: .readOnly) else {
            return Self.targets.map { _ in nil }
        }
        defer { connection.close() }
        return Self.targets.map { try? answer($0, connection) }
    }

    private func answer(_ target: String, _ connection: Connection) throws -> [UInt8] {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        let request = Request(path: parts[0], query: parts.count > 1 ? parts[1] : nil)
        guard case .found(let route, let values) = router.match(.get, request.path) else {
            throw TestFailure("no route: \(target)")
        }
        let call = Call(
            request: request,
            id: "read",
            principal: Principal(
                tokenID: 1,
                name: "read",
                scopes: Set(Scope.allCases.map(\.rawValue))
            ),
            now: TestClock.start.rawValue,
            pathValues: values,
            cursors: CursorSigner(secret: [1]),
            startOfDay: { _ in nil }
        )
        guard case .read(let read) = try route.prepare(call),
            case .response(let response) = try connection.read(within: .seconds(10), read),
            case .bytes(let bytes) = response.body
        else { throw TestFailure("no bytes: \(target)") }
        return bytes
    }
}

/// SplitMix64: the same numbers for the same seed.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
