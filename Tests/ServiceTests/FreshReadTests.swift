// SPDX-License-Identifier: Apache-2.0
import Dispatch
import HTTP
import HTTPServer
import JSON
import Service
import Synchronization
import TestSupport
import Testing

/// A reactor keeps its view of the database for a while, and never past an answered change.
@Suite struct FreshReadTests {
    @Test(arguments: [2, 3])
    func `a change that was answered is seen by every connection`(_ reactors: Int) throws {
        try withServer(configure: { $0.server.reactors = reactors }) { client in
            let stale = Mutex<[String]>([])
            // Side by side, so that reactors are in the middle of a turn when others write; each
            // request has a connection of its own, which the system gives to any reactor.
            DispatchQueue.concurrentPerform(iterations: 4) { worker in
                do {
                    for round in 0..<4 {
                        let told = try Self.round(client, "\(worker)-\(round)")
                        stale.withLock { $0 += told }
                    }
                } catch {
                    stale.withLock { $0.append("\(error)") }
                }
            }
            let all = stale.withLock { $0 }
            #expect(all.isEmpty)
        }
    }

    /// Makes, changes and archives a customer; what a read then did not see.
    private static func round(_ client: TestClient, _ name: String) throws -> [String] {
        let id = try client.customer(name, #""tags": ["t\#(name)"]"#)
        let path = "/v1/customers/\(id)"
        let list = "/v1/customers?tag=t\(name)"
        var stale: [String] = []
        for _ in 0..<3 {
            if try client.get(path).json["name"] != .string(name) { stale.append("no \(name)") }
            if try client.get(list).ids != [id] { stale.append("no \(name) in the list") }
        }
        let changed = try client.patch(path, #"{"name": "\#(name) changed"}"#)
        for _ in 0..<3 where try client.get(path).etag != changed.etag {
            stale.append("\(name) as it was")
        }
        _ = try client.delete(path)
        for _ in 0..<3 where try !client.get(list).ids.isEmpty {
            stale.append("\(name) still in the list")
        }
        return stale
    }
}
