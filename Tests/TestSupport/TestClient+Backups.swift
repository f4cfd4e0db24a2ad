// SPDX-License-Identifier: Apache-2.0
package import JSON

extension TestClient {
    /// Asks for a backup and answers what is known of it once it is made or has failed.
    package func backup() throws -> JSON {
        let begun = try send("POST", "/v1/backups")
        guard begun.status == 202, let place = begun.location else {
            throw TestFailure("POST /v1/backups: \(begun)")
        }
        return try finished(place)
    }

    /// Asks again and again, until a backup runs no more.
    package func finished(_ place: String) throws -> JSON {
        while true {
            let answer = try get(place)
            guard answer.status == 200 else { throw TestFailure("GET \(place): \(answer)") }
            guard answer.json["status"] == "running" else { return answer.json }
        }
    }

    /// Waits until a line of the metrics has come to a number.
    package func waitForMetric(_ name: String, _ number: Int) throws {
        let line = "\(name) \(number)"
        try waitUntil(line) { try get("/metrics").lines.contains(line) }
    }
}
