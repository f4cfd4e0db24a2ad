// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Foundation
import HTTP
import JSON
import SQLite
import Service
import Synchronization
import TestSupport
import Testing

/// The service while the disk has little room; the figures are the test's own.
@Suite struct DiskFullTests {
    /// A volume of 100 MB, 5 of which changes leave free.
    private final class Volume: Sendable {
        let free = Atomic(50_000_000)

        func fill() { free.store(1_000_000, ordering: .relaxed) }
        func clear() { free.store(50_000_000, ordering: .relaxed) }
    }

    private func withVolume(_ body: (Volume, TestClient) throws -> Void) throws {
        let volume = Volume()
        try withServer(configure: { settings in
            settings.space = SpaceWatch.Settings { _ in
                VolumeSpace(free: volume.free.load(ordering: .relaxed), total: 100_000_000)
            }
        }) { client in
            try body(volume, client)
        }
    }

    private static let customer = #"{"kind": "individual", "name": "a"}"#

    private static func isRefused(_ answer: TestAnswer) -> Bool {
        answer.status == 507 && answer.json["type"]?.string == "/problems/insufficient-storage"
            && answer.json["detail"]?.string == "the disk is full or nearly so"
    }

    @Test func `changes are refused, reads go on, and changes come back by themselves`() throws {
        try withVolume { volume, client throws in
            let id = try client.customer()
            volume.fill()
            let path = "/v1/customers/\(id)"
            let refused = [
                try client.post("/v1/customers", Self.customer),
                try client.patch(path, #"{"name": "b"}"#),
                try client.put("/v1/customers/by-external-id/x", Self.customer),
                try client.post("/v1/tier-runs", "{}"),
            ]
            #expect(refused.allSatisfy(Self.isRefused))
            #expect(try client.get(path).json["name"]?.string == "李雷")
            #expect(try client.get("/v1/customers").ids == [id])
            volume.clear()
            #expect(try client.post("/v1/customers", Self.customer).status == 201)
        }
    }

    @Test func `a change that would be wrong anyway is told so`() throws {
        try withVolume { volume, client throws in
            volume.fill()
            #expect(try client.post("/v1/customers", "{}").status == 422)
            #expect(try client.patch("/v1/customers/7", #"{"name": "b"}"#).status == 404)
        }
    }

    @Test func `a retry of what was done is answered as it was`() throws {
        try withVolume { volume, client throws in
            let key: HeaderFields = ["idempotency-key": "k"]
            let first = try client.post("/v1/customers", Self.customer, key)
            volume.fill()
            let again = try client.post("/v1/customers", Self.customer, key)
            #expect(again.status == 201)
            #expect(again.json == first.json)
        }
    }

    @Test func `a key that was refused can be used again`() throws {
        try withVolume { volume, client throws in
            let key: HeaderFields = ["idempotency-key": "k"]
            volume.fill()
            #expect(Self.isRefused(try client.post("/v1/customers", Self.customer, key)))
            volume.clear()
            #expect(try client.post("/v1/customers", Self.customer, key).status == 201)
        }
    }

    @Test func `a token can be revoked and a customer archived`() throws {
        try withVolume { volume, client throws in
            let id = try client.customer()
            let new = #"{"name": "t", "role": "reader", "owner": "t"}"#
            let token = try client.create("/v1/tokens", new)
            volume.fill()
            #expect(try client.delete("/v1/tokens/\(token)").status == 204)
            #expect(try client.delete("/v1/customers/\(id)").status == 204)
        }
    }

    @Test func `an import is refused before its body is taken in`() throws {
        try withVolume { volume, client throws in
            let target = "/v1/imports/customers"
            let rows = Array("kind,name\nindividual,x\n".utf8)
            volume.fill()
            let refused = try client.send("POST", target, [:], rows, type: "text/csv")
            #expect(Self.isRefused(refused))
            volume.clear()
            let done = try client.send("POST", target, [:], rows, type: "text/csv")
            #expect(done.json["created"]?.integer == 1)
        }
    }

    @Test func `readiness and metrics tell`() throws {
        try withVolume { volume, client throws in
            volume.fill()
            let ready = try client.get("/readyz")
            #expect(ready.status == 200)
            #expect(
                ready.text
                    == "ready for reading; changes are refused: the disk is full or nearly so\n"
            )
            var lines = try client.get("/metrics").lines
            #expect(lines.contains("guanxi_changes_refused 1"))
            #expect(lines.contains("guanxi_disk_free_bytes 1000000"))
            volume.clear()
            #expect(try client.get("/readyz").text == "ready\n")
            lines = try client.get("/metrics").lines
            #expect(lines.contains("guanxi_changes_refused 0"))
        }
    }

    @Test func `a tier run that met a full disk is done when there is room`() throws {
        try withVolume { volume, client throws in
            try client.customer()
            // The row is written past the refusal, as if the disk had filled just then.
            let occasion = Occasion(at: client.clock.now, actor: "tests", requestID: "run")
            volume.fill()
            let tiers = client.service.services.tiers
            let run = try client.service.database.write(usingReserve: true) { transaction in
                try tiers.start(NewTierRun(), by: occasion, in: transaction)
            }
            #expect(
                try client.get("/v1/tier-runs/\(run.id.rawValue)").json["status"]?.string
                    == "running"
            )
            volume.clear()
            // Whoever looks first finds the room, and wakes those who wait for it.
            #expect(try client.get("/readyz").text == "ready\n")
            let end = ContinuousClock.now + .seconds(10)
            var status: String?
            repeat {
                status = try client.get("/v1/tier-runs/\(run.id.rawValue)").json["status"]?.string
            } while status == "running" && ContinuousClock.now < end
            #expect(status == "finished")
        }
    }
}
