// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Foundation
import HTTP
import JSON
import SQLite
import Service
import Synchronization
import TestSupport
import Testing

/// What `guanxi check` and the hourly verification find.
@Suite struct CheckTests {
    struct Fault: CustomTestStringConvertible {
        let sql: String
        let finding: String
        /// Whether it is about a tier run.
        var hasRun = false

        var testDescription: String { finding }
    }

    static let faults = [
        Fault(
            sql: "UPDATE customer SET external_id = 'other' WHERE id = 1",
            finding: "search text of customer of 1 does not fit its source"
        ),
        Fault(
            sql: """
                INSERT INTO contact (customer_id, name, version, created_at, updated_at)
                VALUES (1, 'other', 1, 0, 0)
                """,
            finding: "search text of customer of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE customer SET name_key = 'other' WHERE id = 1",
            finding: "key of the name of customer of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE customer SET lifecycle = 'dormant' WHERE id = 1",
            finding: "lifecycle of customer of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE customer_phone SET e164 = '+8613800000000'",
            finding: "phone of customer of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE interaction SET search_text = 'other'",
            finding: "search text of interaction of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE complaint SET subject = 'other'",
            finding: "search text of complaint of 1 does not fit its source"
        ),
        Fault(
            sql: "INSERT INTO customer_search (rowid, terms) VALUES (1, '雷锋')",
            finding: "search index of customer of 1 does not fit its source"
        ),
        Fault(
            sql: "INSERT INTO complaint_search (rowid, terms) VALUES (7, 'x')",
            finding: "search index of complaint of 7 does not fit its source"
        ),
        Fault(
            sql: """
                INSERT INTO interaction_search (interaction_search, rowid, terms)
                VALUES ('delete', 1, 'ask')
                """,
            finding: "search index of interaction of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE article SET fix = 'other'",
            finding: "search text of article of 1 does not fit its source"
        ),
        Fault(
            sql: "INSERT INTO article_search (rowid, terms) VALUES (1, '退 退款')",
            finding: "search index of article of 1 does not fit its source"
        ),
        Fault(
            sql: """
                INSERT INTO value_model
                    (status, data_until, customers, value_policy_id, created_at, updated_at)
                VALUES ('finished', 0, 5, 1, 0, 0)
                """,
            finding: "deciles of value model of 1 does not fit its source"
        ),
        Fault(
            sql: """
                INSERT INTO value_model
                    (status, data_until, value_policy_id, created_at, updated_at)
                VALUES ('finished', 0, 1, 0, 0)
                """,
            finding: "deciles of value model of 1 does not fit its source"
        ),
        Fault(
            sql: "DELETE FROM deadline WHERE subject_type = 'complaint'",
            finding: "deadline of complaint of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE deadline SET due_at = due_at + 1 WHERE subject_type = 'complaint'",
            finding: "deadline of complaint of 1 does not fit its source"
        ),
        Fault(
            sql: "INSERT INTO deadline VALUES (0, 'complaint', 9, 'answer-overdue')",
            finding: "deadline of complaint of 9 does not fit its source"
        ),
        Fault(
            sql: "DELETE FROM deadline WHERE subject_type = 'promise'",
            finding: "deadline of promise of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE promise SET due_at = due_at - 86400000",
            finding: "deadline of promise of 1 does not fit its source"
        ),
        Fault(
            sql: "DELETE FROM deadline WHERE subject_type = 'approval'",
            finding: "deadline of approval of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE complaint SET remedy_due_at = remedy_due_at + 60000",
            finding: "due time of complaint of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE complaint SET step = 'assess'",
            finding: "course of complaint of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE complaint SET closed_at = received_at",
            finding: "course of complaint of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE complaint SET remedied_at = received_at",
            finding: "course of complaint of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE complaint SET status = 'waiting-customer'",
            finding: "course of complaint of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE complaint SET reopened = 1",
            finding: "course of complaint of 1 does not fit its source"
        ),
        Fault(
            sql: "DELETE FROM complaint_history",
            finding: "course of complaint of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE complaint_history SET position = 1",
            finding: "course of complaint of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE complaint_history SET action = 'other'",
            finding: "course of complaint of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE complaint_history SET details = 'x'",
            finding: "course of complaint of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE order_line SET unit_cost = 100, cost = 300",
            finding: "cost of order of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE order_line SET cost = 300",
            finding: "cost of order of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE promise SET settled_at = due_at",
            finding: "standing of promise of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE promise SET status = 'kept', settled_at = due_at + 1",
            finding: "standing of promise of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE promise SET status = 'broken'",
            finding: "standing of promise of 1 does not fit its source"
        ),
        Fault(
            sql: """
                INSERT INTO import (kind, mode, actor, started_at, created, updated, unchanged,
                    prospects, rejected)
                VALUES ('customers', 'partial', 'x', 0, 0, 0, 0, 0, 1)
                """,
            finding: "counts of import of 1 does not fit its source"
        ),
        Fault(
            sql: """
                INSERT INTO lifecycle_change (customer_id, origin, lifecycle, actor, changed_at)
                VALUES (1, 'lost', 'target', 'x', 0)
                """,
            finding: "lifecycle of customer of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE tier_run SET key_profit = key_profit + 1",
            finding: "profit of tier run of 1 does not fit its source",
            hasRun: true
        ),
        Fault(
            sql: "UPDATE tier_run SET ordinary_cutoff = 1",
            finding: "profit of tier run of 1 does not fit its source",
            hasRun: true
        ),
        Fault(
            sql: "UPDATE tier_run SET key_customers = NULL",
            finding: "outcome of tier run of 1 does not fit its source",
            hasRun: true
        ),
        Fault(
            sql: "UPDATE tier_run SET customers_read = NULL",
            finding: "outcome of tier run of 1 does not fit its source",
            hasRun: true
        ),
        Fault(
            sql: "UPDATE tier_standing SET cumulative_profit = cumulative_profit + 1",
            finding: "place in the latest tier run of customer of 1 does not fit its source",
            hasRun: true
        ),
        Fault(
            sql: "UPDATE tier_standing SET abc = 'C'",
            finding: "place in the latest tier run of customer of 1 does not fit its source",
            hasRun: true
        ),
        Fault(
            sql: "UPDATE tier_standing SET previous_tier = 'small'",
            finding: "place in the latest tier run of customer of 1 does not fit its source",
            hasRun: true
        ),
        Fault(
            sql: "UPDATE tier_standing SET stage = 'strategic'",
            finding: "stage in the latest tier run of customer of 1 does not fit its source",
            hasRun: true
        ),
        Fault(
            sql: "UPDATE order_line SET refunded = 1",
            finding: "returns of order of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE order_line SET unit_price = unit_price + 1",
            finding: "total of order of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE trade_sum SET purchases = purchases + 1",
            finding: "trade sums of customer of 1 does not fit its source"
        ),
        Fault(
            sql: "UPDATE trade_sum SET owed = owed + 1",
            finding: "trade sums of customer of 1 does not fit its source"
        ),
        Fault(
            sql: "DELETE FROM trade_sum",
            finding: "trade sums of customer of 1 does not fit its source"
        ),
        Fault(
            sql: """
                INSERT INTO expense (customer_id, amount, spent_at, purpose, created_at)
                VALUES (1, 1, 0, 'x', 0)
                """,
            finding: "trade sums of customer of 1 does not fit its source"
        ),
    ]

    private static func fill(_ client: TestClient) throws {
        _ = try client.customer("李雷", #""phones": [{"number": "13912345678"}]"#)
        _ = try client.patch("/v1/customers/1", #"{"lifecycle": "target"}"#)
        _ = try client.create(
            "/v1/complaints",
            #"{"customerId": 1, "channel": "web", "subject": "late", "description": "Ürümqi"}"#
        )
        _ = try client.create(
            "/v1/interactions",
            """
            {"customerId": 1, "direction": "inbound", "content": "information",
             "channel": "phone", "summary": "asked", "occurredAt": "2026-11-23T01:00:00Z",
             "promises": [{"text": "call", "dueAt": "2026-11-25T01:00:00Z"}]}
            """
        )
        _ = try client.create(
            "/v1/approvals",
            #"{"kind": "discount", "customerId": 1, "amount": "5.00"}"#
        )
        _ = try client.create("/v1/articles", #"{"problem": "发热", "fix": "更新"}"#)
        _ = try client.create(
            "/v1/orders",
            """
            {"customerId": 1, "placedAt": "2026-11-01T00:00:00Z",
             "lines": [{"sku": "A", "quantity": 2, "unitPrice": "3.00"}]}
            """
        )
    }

    @Test func `what was raised falls due no more, and is missed where it was not`() throws {
        try withServer { client in
            try Self.fill(client)
            client.clock.advance(hours: 24 * 30)
            try client.service.runJobs()
            #expect(try client.service.number("SELECT count(*) FROM deadline") == 0)
            let raised = try Self.findings(client)
            #expect(raised == [])
            try client.service.tamper("DELETE FROM event WHERE action = 'complaint.remedy-overdue'")
            let missed = try Self.findings(client)
            #expect(missed == ["deadline of complaint of 1 does not fit its source"])
        }
    }

    @Test func `a complaint that was paused, renewed and reopened is sound`() throws {
        try withServer { client in
            try Self.fill(client)
            func expectSound(_ step: String) throws {
                try client.service.runJobs()
                let findings = try Self.findings(client)
                #expect(findings == [], "\(step)")
            }
            func move(_ path: String, _ body: String = "") throws {
                client.clock.advance(hours: 1)
                let path = "/v1/complaints/1/" + path
                let answer =
                    body.isEmpty ? try client.send("POST", path) : try client.post(path, body)
                try #require(answer.status == 200, "\(path): \(answer)")
                try expectSound(path)
            }
            try move("pause", #"{"reason": "waits for photographs"}"#)
            let terms = #"""
                {"answerHours": 12, "keyAnswerHours": 2, "remedyDays": 3, "keyRemedyDays": 1,
                 "holidays": ["2026-11-25"]}
                """#
            try #require(try client.put("/v1/complaint-policy", terms).status == 200)
            try expectSound("policy")
            try move("resume")
            try move("listen", #"{"statement": "late"}"#)
            try move("reply", #"{"text": "we look", "channel": "web"}"#)
            try move(
                "assess",
                #"{"verdict": "justified", "cause": "delivery", "reason": "late it was"}"#
            )
            try move("remedy", #"{"proposal": "a voucher", "cost": "20.00"}"#)
            try move("remedy/accept")
            try move("pause", #"{"reason": "waits for an address"}"#)
            try move("resume")
            try move("remedy/done")
            client.clock.advance(hours: 24 * 20)
            try expectSound("the wait")
            try move("follow-up", #"{"helped": true, "score": 9}"#)
            try client.service.tamper("UPDATE complaint SET remedy_due_at = remedy_due_at + 60000")
            let findings = try Self.findings(client)
            #expect(findings == ["due time of complaint of 1 does not fit its source"])
            try client.service.tamper("UPDATE complaint SET remedy_due_at = remedy_due_at - 60000")
            for column in ["answered_at", "remedied_at", "closed_at"] {
                try client.service.tamper("UPDATE complaint SET \(column) = \(column) + 1")
                let findings = try Self.findings(client)
                #expect(findings == ["course of complaint of 1 does not fit its source"])
                try client.service.tamper("UPDATE complaint SET \(column) = \(column) - 1")
            }
            try move("reopen", #"{"reason": "it broke again"}"#)
            client.clock.advance(hours: 24 * 20)
            try expectSound("the second wait")
        }
    }

    private static func findings(_ client: TestClient) throws -> [String] {
        try client.service.database.read { snapshot in try DerivedCheck.run(snapshot) }
    }

    @Test(arguments: faults)
    func `what is derived is held against its source`(_ fault: Fault) throws {
        try withServer { client in
            try Self.fill(client)
            if fault.hasRun { _ = try client.post("/v1/tier-runs", #"{"asOf": "2026-11-23"}"#) }
            try client.service.runJobs()
            let before = try Self.findings(client)
            #expect(before == [])
            try client.service.tamper(fault.sql)
            let after = try Self.findings(client)
            #expect(after == [fault.finding])
        }
    }

    /// Verifies as the service does each hour.
    private static func verify(_ client: TestClient) throws -> JournalVerdict {
        let database = client.service.database
        let reader = try Connection(path: database.path, mode: .readOnly)
        return try JournalKeeper(Journal()).verify(
            reading: reader,
            writing: database.writer,
            now: { client.clock.now }
        )
    }

    @Test func `what takes expenses back fits them, and the sums of tiers both`() throws {
        try withServer { client in
            try Self.fill(client)
            try client.create(
                "/v1/expenses",
                #"""
                {"customerId": 1, "amount": "1", "spentAt": "2026-11-20T00:00:00Z", "purpose": "x"}
                """#
            )
            try client.create("/v1/expenses/1/reverse", #"{"reason": "x"}"#)
            client.clock.advance(hours: 24)
            _ = try client.runTiers(#"{"asOf": "2026-11-24"}"#)
            #expect(try Self.findings(client) == [])
            try client.service.tamper("UPDATE expense SET amount = -7 WHERE id = 2")
            #expect(
                try Self.findings(client) == [
                    "reversal of expense of 2 does not fit its source",
                    "basis of tier runs of 1 does not fit its source",
                ]
            )
            try client.service.tamper(
                "UPDATE expense SET amount = -100, reversed_at = reversed_at * 2 WHERE id = 2"
            )
            #expect(
                try Self.findings(client) == ["basis of tier runs of 1 does not fit its source"]
            )
        }
    }

    @Test func `ranks go by profit, and by the run before`() throws {
        try withServer { client in
            try Self.fill(client)
            try client.addCustomers(3)
            _ = try client.runTiers(#"{"asOf": "2026-11-20"}"#)
            try client.create(
                "/v1/orders",
                #"{"customerId": 3, "placedAt": "2026-11-20T12:00:00Z", "total": "900.00"}"#
            )
            // One for an earlier date, which comes after.
            _ = try client.runTiers(#"{"asOf": "2026-11-22"}"#)
            _ = try client.runTiers(#"{"asOf": "2026-11-21"}"#)
            #expect(try Self.findings(client) == [])
            let latest = "tier_run_id = 2"
            try client.service.tamper(
                "UPDATE tier_standing SET rank = -rank WHERE \(latest) AND customer_id IN (1, 2)"
            )
            try client.service.tamper(
                "UPDATE tier_rank SET rank = -rank WHERE \(latest) AND customer_id IN (1, 2)"
            )
            #expect(
                try Self.findings(client)
                    == [1, 2].map {
                        "place in the latest tier run of customer of \($0) does not fit its source"
                    }
            )
        }
    }

    @Test func `a key customer whom nobody watches is named`() throws {
        try withServer { client in
            try client.create("/v1/customers", #"{"kind": "enterprise", "name": "上海明珠贸易"}"#)
            try client.create(
                "/v1/orders",
                #"{"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "total": "9.00"}"#
            )
            _ = try client.runTiers(#"{"asOf": "2026-11-20"}"#)
            try client.service.runJobs()
            #expect(try Self.findings(client) == [])
            try client.service.tamper("DELETE FROM single_thread_watch")
            #expect(
                try Self.findings(client) == ["watch of customer of 1 does not fit its source"]
            )
        }
    }

    @Test func `a tier run costs little more where there are others`() throws {
        try withServer { client in
            try client.addCustomers(100)
            /// Thousands of SQLite's instructions.
            func cost() throws -> Int {
                let path = client.service.database.path
                let reader = try Connection(path: path, mode: .readOnly)
                let findings = try reader.read { try DerivedCheck.run($0) }
                #expect(findings == [])
                return reader.instructions
            }
            _ = try client.runTiers(#"{"asOf": "2026-10-01"}"#)
            let first = try cost()
            for day in 11...20 { _ = try client.runTiers(#"{"asOf": "2026-10-\#(day)"}"#) }
            // As the service does, by which SQLite may choose another order of the tables.
            try client.service.tamper("ANALYZE tier_run")
            try client.service.tamper("ANALYZE tier_standing")
            let last = try cost()
            #expect(last < 4 * first)
        }
    }

    @Test func `the journal is verified from where it was left`() throws {
        try withServer { client in
            _ = try client.customer()
            let first = try Self.verify(client)
            #expect(first.isValid)
            _ = try client.customer()
            let second = try Self.verify(client)
            #expect(second.isValid)
            #expect(second.entries == 1)
            #expect(second.last == first.last + 1)
            // What was verified before is looked at by `check` alone.
            try client.service.tamper("UPDATE event SET actor = 'x' WHERE seq = \(first.last)")
            _ = try client.customer()
            let third = try Self.verify(client)
            #expect(third.isValid)
            try client.service.tamper("UPDATE event SET actor = 'x' WHERE seq = \(third.last)")
            let fourth = try Self.verify(client)
            #expect(fourth.isValid)
            _ = try client.customer()
            try client.service.tamper("UPDATE event SET actor = 'x' WHERE seq > \(fourth.last)")
            let fifth = try Self.verify(client)
            #expect(fifth.firstBadSeq == fourth.last + 1)
        }
    }

    @Test func `an end that was cut off shows`() throws {
        try withServer { client in
            _ = try client.customer()
            let head = try Self.verify(client).last
            try client.service.tamper("DELETE FROM event WHERE seq = \(head)")
            let verdict = try Self.verify(client)
            #expect(verdict.firstBadSeq == head)
            // Whoever looks at the whole chain sees it too, where it ends.
            _ = try client.service.tamper("DELETE FROM event WHERE seq > 3")
            let whole = try client.get("/v1/audit/verify").json
            #expect(whole["valid"] == false)
            #expect(whole["firstBadSeq"] == 4)
            // It is told once an hour, and each hour.
            let keeper = JournalKeeper(Journal())
            let now = client.clock.now
            let isDue = try client.service.database.read { try keeper.isDue(at: now, in: $0) }
            #expect(!isDue)
            let again = try Self.verify(client)
            #expect(again.firstBadSeq == head)
        }
    }

    private static func mark(_ path: String) throws -> [Int64?] {
        let connection = try Connection(path: path, mode: .readOnly)
        defer { connection.close() }
        return try connection.read { snapshot in
            [
                try snapshot.first("SELECT seq FROM journal_mark") { row in try row[0] },
                try snapshot.first("SELECT max(seq) FROM event") { row in try row[0] },
            ]
        }
    }

    @Test func `a stop and a backup note how far the journal goes`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/test.db"
        try withServer(
            database: path,
            configure: { $0.backups = BackupSettings(folder: folder.path) }
        ) { client in
            _ = try client.customer()
            let made = try client.backup()
            let copied = try Self.mark(folder.path + "/" + (made["file"]?.string ?? ""))
            #expect(copied[0] != nil && copied[0] == copied[1])
            _ = try client.customer("韩梅梅")
        }
        let stopped = try Self.mark(path)
        let last = try #require(stopped[1])
        #expect(stopped[0] == last)
        let connection = try Connection(path: path, mode: .readWrite)
        _ = try connection.write { try $0.run("DELETE FROM event WHERE seq = $1", last) }
        connection.close()
        try withServer(database: path) { client in
            let verdict = try client.get("/v1/audit/verify").json
            #expect(verdict["valid"] == false)
            #expect(verdict["firstBadSeq"]?.integer == Int(last))
        }
    }

    @Test func `a stop notes it also while slow reads wait for each other`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/test.db"
        let busy = DispatchSemaphore(value: 0)
        let looked = DispatchSemaphore(value: 0)
        let mark = Mutex<Result<Void, any Error>?>(nil)
        try withServer(database: path) { client in
            _ = try client.customer()
            for _ in 1...8 {
                try client.service.database.readers.submit { _ in busy.wait() }
            }
            Foundation.Thread.detachNewThread {
                let result = Result {
                    try waitUntil("the mark") {
                        let mark = try Self.mark(path)
                        return mark[0] != nil && mark[0] == mark[1]
                    }
                }
                mark.withLock { $0 = result }
                for _ in 1...8 { busy.signal() }
                looked.signal()
            }
        }
        looked.wait()
        try mark.withLock { $0 }?.get()
    }

    private static func uncovered(_ client: TestClient) throws -> [String] {
        try client.service.database.read { snapshot in
            let findings = Findings()
            try JournalCoverage.run(snapshot, findings)
            return findings.all
        }
    }

    /// A request that makes records, each in another way.
    private struct Making {
        let path: String
        let body: String
        var type = "application/json"

        static func file(_ kind: String, _ text: String) -> Making {
            Making(path: "/v1/imports/\(kind)", body: text, type: "text/csv")
        }
    }

    private static let makings = [
        Making.file("customers", "kind,name,externalId\nindividual,韩梅梅,A\n"),
        Making.file("contacts", "customerExternalId,name\nA,林涛\n"),
        Making.file("products", "sku,name\nT-1,茉莉花茶\n"),
        Making.file(
            "orders",
            "externalId,customerExternalId,placedAt,total\nO-1,A,2026-11-01,100\nO-2,A,2026-11-01,9\n"
        ),
        Making.file("payments", "orderExternalId,amount,paidAt\nO-1,10,2026-11-02\n"),
        Making(path: "/v1/payments/1/reverse", body: #"{"reason": "x"}"#),
        Making.file(
            "refunds",
            "orderExternalId,amount,reason,refundedAt\nO-1,5,late,2026-11-03\n"
        ),
        Making.file(
            "refunds",
            "orderExternalId,kind,reason,refundedAt\nO-2,cancellation,late,2026-11-03\n"
        ),
        Making(path: "/v1/orders/2/refunds", body: #"{"amount": "1", "reason": "x"}"#),
        Making.file(
            "expenses",
            "customerExternalId,amount,spentAt,purpose\nA,40,2026-11-02,dinner\n"
        ),
        Making(path: "/v1/expenses/1/reverse", body: #"{"reason": "x"}"#),
        Making(
            path: "/v1/orders",
            body: #"{"customerId": 2, "placedAt": "2026-11-01T00:00:00Z", "total": "1.00"}"#
        ),
        Making(path: "/v1/orders/4/cancel", body: #"{"reason": "x"}"#),
        Making.file(
            "interactions",
            "customerExternalId,direction,content,channel,summary,occurredAt\n"
                + "A,inbound,information,phone,asked,2026-11-02\n"
        ),
        Making.file("complaints", "customerExternalId,channel,subject,externalId\nA,web,late,K\n"),
        Making(
            path: "/v1/calls",
            body:
                #"{"externalId": "c", "event": "started", "phone": "13912345678", "subject": "x"}"#
        ),
        Making(path: "/v1/staff", body: #"{"name": "王芳"}"#),
        Making(path: "/v1/teams", body: #"{"name": "热线"}"#),
        Making(path: "/v1/tokens", body: #"{"name": "shop", "role": "reader", "owner": "x"}"#),
    ]

    @Test func `the journal tells of every record at once, however it was made`() throws {
        try withServer { client in
            try Self.fill(client)
            for making in Self.makings {
                let answer = try client.send(
                    "POST",
                    making.path,
                    [:],
                    Array(making.body.utf8),
                    type: making.type
                )
                #expect((200...201).contains(answer.status), "\(making.path) \(answer.text)")
                #expect(answer.json["rejected"]?.integer ?? 0 == 0, "\(making.path)")
                #expect(try Self.uncovered(client) == [], "\(making.path)")
            }
        }
    }

    @Test func `records of which the journal does not tell are named`() throws {
        try withServer { client in
            try Self.fill(client)
            let before = try Self.uncovered(client)
            #expect(before == [])
            let last = try #require(try client.service.number("SELECT max(seq) FROM event"))
            client.clock.advance(minutes: 1)
            _ = try client.customer("韩梅梅")
            _ = try client.patch("/v1/customers/1", #"{"name": "李磊"}"#)
            _ = try client.create(
                "/v1/complaints",
                #"{"customerId": 2, "channel": "web", "subject": "again"}"#
            )
            _ = try client.post("/v1/complaints/1/reply", #"{"text": "we look", "channel": "web"}"#)
            _ = try client.create(
                "/v1/orders",
                #"{"customerId": 2, "placedAt": "2026-11-01T00:00:00Z", "total": "1.00"}"#
            )
            _ = try client.create(
                "/v1/approvals",
                #"{"kind": "discount", "customerId": 2, "amount": "5.00"}"#
            )
            let sound = try Self.uncovered(client)
            #expect(sound == [])
            try client.service.tamper("DELETE FROM event WHERE seq > \(last)")
            let after = try Self.uncovered(client)
            let expected = [
                "customer 2 is in no entry of the journal",
                "complaint 2 is in no entry of the journal",
                "order 2 is in no entry of the journal",
                "task 2 is in no entry of the journal",
                "approval 2 is in no entry of the journal",
                "customer 1 was changed after the journal's last entry",
                "complaint 1 was changed after the journal's last entry",
            ]
            #expect(after == expected)
        }
    }

    @Test func `records of which the journal tells and that are not there are named`() throws {
        try withServer { client in
            try Self.fill(client)
            for making in Self.makings {
                let bytes = Array(making.body.utf8)
                _ = try client.send("POST", making.path, [:], bytes, type: making.type)
            }
            #expect(try Self.uncovered(client) == [])
            // As a tool does that keeps no references.
            try client.service.tamper("UPDATE approval SET id = 7 WHERE id = 1")
            try client.service.tamper(
                "UPDATE event SET subject_id = 90 WHERE action = 'team.created'"
            )
            try client.service.tamper("UPDATE product SET id = 9 WHERE id = 1")
            let findings = try Self.uncovered(client)
            for finding in [
                "approval 7 is in no entry of the journal",
                "approval 1, of which the journal tells, is missing",
                "team 90, of which the journal tells, is missing",
            ] { #expect(findings.contains(finding), "\(findings)") }
            #expect(
                findings.contains { $0.hasPrefix("product 1 to 1, of which entry ") },
                "\(findings)"
            )
        }
    }
}
