// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

extension TestClient {
    /// The number of the journal's last entry.
    func lastSeq() throws -> Int {
        try service.number("SELECT max(seq) FROM event") ?? 0
    }

    /// The next event with an action after that many events, for which jobs may have to work.
    @discardableResult
    func awaitEvent(_ action: String, after seen: Int) throws -> JSON {
        var seen = seen
        while true {
            let events = try get("/v1/events?after=\(seen)&limit=500&wait=30").items
            guard let last = events.last?["seq"]?.integer else { throw TestFailure("no \(action)") }
            if let found = events.first(where: { $0["action"]?.string == action }) { return found }
            seen = last
        }
    }

    /// Looks at all customers, and answers the run once it has finished.
    @discardableResult
    func runWarnings() throws -> JSON {
        let seen = try lastSeq()
        let started = try send("POST", "/v1/warning-runs")
        guard started.status == 202, let location = started.location else {
            throw TestFailure("no run: \(started)")
        }
        var run = try get(location).json
        var last = seen
        while run["status"] == "running" {
            last = try awaitEvent("warning-run.finished", after: last)["seq"]?.integer ?? last
            run = try get(location).json
        }
        return run
    }

    /// Records an order of a day; `more` are members beside the total.
    @discardableResult
    func order(
        _ total: String,
        on day: String = "2026-11-20",
        of customer: Int = 1,
        _ more: String = "",
        key: String? = nil
    ) throws -> TestAnswer {
        let rest = more.isEmpty ? "" : ", " + more
        return try post(
            "/v1/orders",
            #"""
            {"customerId": \#(customer), "placedAt": "\#(day)T00:00:00+08:00",
             "total": "\#(total)"\#(rest)}
            """#,
            key.map { ["idempotency-key": $0] } ?? [:]
        )
    }

    /// Records what was spent on a customer.
    func expense(_ amount: String, on day: String, of customer: Int = 1) throws {
        try create(
            "/v1/expenses",
            #"""
            {"customerId": \#(customer), "amount": "\#(amount)", "purpose": "x",
             "spentAt": "\#(day)T00:00:00+08:00"}
            """#
        )
    }

    /// Takes a case through its steps.
    func closeWarning(_ id: Int) throws {
        for action in ["investigate", "countermeasure", "close"] {
            let answer = try post(
                "/v1/warnings/\(id)/\(action)",
                #"{"cause": "forgot", "action": "called"}"#
            )
            #expect(answer.status == 200, "\(answer)")
        }
    }

    /// Puts the terms of warnings in force that there are, but for the members that are given.
    @discardableResult
    func setWarningPolicy(_ members: String) throws -> TestAnswer {
        let change = try JSONReader.read(Array(#"{"version": null, \#(members)}"#.utf8))
        var writer = JSONWriter()
        writer.value(try get("/v1/warning-policy").json.merged(with: change))
        return try self.as(.manager).put("/v1/warning-policy", writer.text)
    }
}
