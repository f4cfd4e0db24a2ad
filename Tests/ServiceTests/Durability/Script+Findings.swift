// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import SQLite

/// What a database holds of a script.
private struct Traces {
    /// The entries of the journal, by the id of the request that made them.
    var entries: [String: [(action: String, subject: Subject)]] = [:]
    /// The rows that hang on each record: a customer's phones, an order's lines, a complaint's
    /// history.
    var children: [Subject: Int] = [:]
    /// The kept answer to each key.
    var answers: [String: String] = [:]

    init(_ snapshot: Snapshot) throws {
        let events = try snapshot.all(
            """
            SELECT request_id, action, subject_type, subject_id FROM event
            WHERE subject_type <> 'token' ORDER BY seq
            """
        ) { row in
            (
                request: try row[0] as String, action: try row[1] as String,
                subject: Subject(try row[2], try row[3] as Int64)
            )
        }
        for event in events {
            entries[event.request, default: []].append((event.action, event.subject))
        }
        let tables: [(Subject.Kind, String)] = [
            (.customer, "customer c LEFT JOIN customer_phone x ON x.customer_id = c.id"),
            (.order, "customer_order c LEFT JOIN order_line x ON x.order_id = c.id"),
            (.complaint, "complaint c LEFT JOIN complaint_history x ON x.complaint_id = c.id"),
        ]
        for (kind, source) in tables {
            try snapshot.forEach(
                "SELECT c.id, count(x.position) FROM \(source) GROUP BY c.id"
            ) { row in children[Subject(kind, try row[0] as Int64)] = try row[1] }
        }
        try snapshot.forEach("SELECT key, body FROM idempotency") { row in
            answers[try row[0]] = String(decoding: try row[1] as [UInt8], as: UTF8.self)
        }
    }
}

/// What was found in a database after a script.
struct Inspection: Sendable {
    /// What is wrong; nothing, if all is well.
    fileprivate(set) var findings: [String]
    /// The requests that were done.
    fileprivate(set) var done: Set<Int> = []
}

extension Script {
    /// Looks at a database of which these answers were given.
    ///
    /// `inOrder` demands that what is there is a beginning of the script, as it is when the power
    /// has gone and nothing else has failed.
    func inspect(
        _ snapshot: Snapshot,
        acknowledged: [Int: String],
        inOrder: Bool
    ) throws -> Inspection {
        let traces = try Traces(snapshot)
        var inspection = Inspection(findings: try IntegrityCheck.run(snapshot))
        let verdict = try Journal().verify(in: snapshot)
        if let seq = verdict.firstBadSeq {
            inspection.findings.append("the journal breaks at \(seq)")
        }
        var isOver = false
        for request in requests where !request.actions.isEmpty {
            if traces.entries[request.requestID] == nil {
                isOver = true
                if acknowledged[request.number] != nil {
                    inspection.findings.append("\(request) is lost")
                }
                if traces.answers[request.key] != nil {
                    inspection.findings.append("\(request) has an answer and was not done")
                }
            } else {
                if isOver, inOrder {
                    inspection.findings.append("\(request) is there, one before it is not")
                }
                inspection.done.insert(request.number)
                inspection.findings += gaps(request, traces)
            }
        }
        inspection.findings += strays(traces) + contradictions(traces, acknowledged)
        return inspection
    }

    /// What is missing of a request that was done.
    private func gaps(_ request: ScriptedRequest, _ traces: Traces) -> [String] {
        var findings: [String] = []
        let entries = traces.entries[request.requestID] ?? []
        if entries.map(\.action) != request.actions {
            findings.append("\(request) is there in parts: \(entries)")
        }
        for (_, subject) in entries {
            // A customer has one phone, an order two lines, a complaint its opening.
            let expected = subject.kind == .order ? 2 : 1
            if traces.children[subject] != expected {
                findings.append("\(request): \(subject) is there in parts")
            }
        }
        let answer = entries.last.map { "\($0.subject.kind.rawValue) \($0.subject.id)" }
        if traces.answers[request.key] != answer {
            findings.append("\(request) has not kept its answer")
        }
        return findings
    }

    /// What no request of the script can have left.
    private func strays(_ traces: Traces) -> [String] {
        var findings: [String] = []
        var known = Set(requests.filter { !$0.actions.isEmpty }.map(\.requestID))
        known.insert(ScriptTemplate.requestID)
        for stray in Set(traces.entries.keys).subtracting(known) {
            findings.append("request \(stray) has left entries")
        }
        let subjects = traces.entries.values.joined().map(\.subject)
        if Set(subjects).count != subjects.count { findings.append("a record was made twice") }
        for record in Set(traces.children.keys).symmetricDifference(subjects) {
            findings.append("\(record) has a row and no entry, or an entry and no row")
        }
        return findings
    }

    /// Answers that were given otherwise than they are kept.
    private func contradictions(_ traces: Traces, _ acknowledged: [Int: String]) -> [String] {
        requests.compactMap { request in
            guard let answer = acknowledged[request.number] else { return nil }
            if request.isRefused { return "\(request) was done" }
            let kept = traces.answers[request.key]
            return kept == answer ? nil : "\(request) was answered \(answer), not \(kept ?? "")"
        }
    }
}

extension ScriptedRequest: CustomStringConvertible {
    var description: String { "request \(number) (\(kind))" }
}
