// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import HTTP
import HTTPServer
import JSON
import Routing
import SQLite
import Service
import TestSupport
import Testing

/// Every statement finds its rows by an index.
@Suite struct QueryPlanTests {
    /// Statements that may look at all rows of a table, each by a part of its text, and why.
    private static let scans: [(text: String, reason: String)] = [
        ("SELECT count(*) FROM", "count=exact counts"),
        ("INSERT INTO tier_rank", "the rows that it inserts"),
        ("INSERT INTO tier_standing", "the rows that it inserts"),
        ("FROM customer_order WHERE +placed_at <", "a model is fitted to all orders"),
        ("WHERE cancelled_at < $1 AND +placed_at <", "of which the cancelled ones are left out"),
        ("SELECT (SELECT coalesce(max(position)", "a table has columns for the longest list"),
        ("GROUP BY lower(d.address) HAVING", "a page of duplicates, along the index"),
        ("FROM event ORDER BY seq", "verifying reads the whole chain"),
        ("FROM token ORDER BY id", "all tokens are listed"),
        ("SELECT status, count(*) FROM promise", "the keeping rate of all"),
        ("DELETE FROM idempotency WHERE status IS NULL", "an index of the few that were cut off"),
        ("FROM import WHERE finished_at IS NULL", "once, at the start, along those that run"),
        ("_search MATCH $", "the index of texts is looked into by its own means"),
        ("json_each(c.original, $", "whom one interaction named before it was corrected"),
    ]

    /// Statements that may sort, each by a part of its text, and why.
    private static let sorts: [(text: String, reason: String)] = [
        ("SELECT id, placed_at, total + CASE", "one customer's orders"),
        ("p.e164 = $1", "the customers with one phone number, who are few"),
        ("k.id IN (SELECT p.contact_id", "the contacts with one phone number, who are few"),
        ("i.customer_id = $1", "one customer's interactions, by id"),
        ("k.customer_id = $1", "one customer's complaints, by id or due time"),
        ("l.from_id = $1", "one customer's links"),
        ("o.customer_id = $1", "one customer's orders, by id or at one instant"),
        ("p.order_id = $1", "one order's payments, by id"),
        ("r.order_id = $1", "one order's refunds, by id"),
        ("x.customer_id = $1", "one customer's expenses, by id"),
        ("p.customer_id = $1", "one customer's plans, by id"),
        ("a.channel = $1", "one channel's costs, by id"),
        ("WHERE c.created_at >= $1 AND c.created_at < $2 AND (", "the channels of a report"),
        ("w.customer_id = $1", "one customer's warnings, by id or time"),
        ("w.kind = $1", "the warnings of one kind, by id"),
        ("w.status = $1", "the warnings of one status, by id"),
        ("t.customer_id = $1", "one customer's timeline, from five tables"),
        ("c.owner_id = $1", "one owner's customers, by name or time"),
        ("k.assignee_id = $1", "one agent's complaints, by id or due time"),
        ("coalesce(complaint_id, 0)", "what was asked for one customer, which is little"),
        ("y.assignee_id = $1", "one person's tasks, by id"),
        ("y.customer_id = $1", "one customer's tasks, by id"),
        ("y.status = $1", "the tasks of one status, by id"),
        ("y.status = 'open' AND y.due_at", "the overdue tasks, by id"),
        ("y.due_at >= $1", "the tasks of a time, by id"),
        ("y.due_at < $1", "the tasks of a time, by id"),
        ("FROM need WHERE customer_id = $1", "one customer's needs, by id"),
        ("i.complaint_id = $1", "one complaint's interactions, by id"),
        ("FROM interaction i WHERE i.occurred_at >= $1", "the groups of a report, who are few"),
        ("l.customer_id = $1", "one customer's calls, by id"),
        ("l.staff_id = $1", "one person's calls, by id"),
        ("customer_id = $1\n    AND ($2 IS NULL", "one customer's promises, by status"),
        ("s.customer_id = $1 AND s.category = $2", "one category's statements, by time"),
        ("s.team_id = $1", "one team's people, by name"),
        ("s.leader_id = $1", "the people one person leads, by name"),
        ("k.status = $1", "the complaints of one status, by id or due time"),
        ("a.id IN (SELECT p.article_id", "the known problems of one product"),
        ("a.id IN (SELECT x.article_id", "what one complaint is about"),
        ("k.id IN (SELECT x.complaint_id", "the complaints about one known problem"),
        ("\nORDER BY +", "those with a text, if they are few"),
    ]

    private static let lists: [(path: String, filters: [String], sorts: [String])] = [
        (
            "/v1/customers",
            [
                "q=a", "q=13800138000", "tier=key", "stage=stable", "lifecycle=active",
                "kind=enterprise", "ownerId=3", "tag=east", "updatedSince=2026-11-01",
            ],
            ["id", "createdAt", "updatedAt", "name"]
        ),
        ("/v1/customers/1/timeline", [], ["at"]),
        (
            "/v1/interactions",
            [
                "q=a", "customerId=1", "contactId=1", "complaintId=1", "channel=phone",
                "content=idea", "direction=inbound",
                "since=2026-11-01", "until=2026-11-01",
            ],
            ["occurredAt", "id"]
        ),
        (
            "/v1/complaints",
            [
                "q=a", "status=open", "step=listen", "customerId=1", "assigneeId=1", "tier=key",
                "breached=answer", "breached=remedy", "cause=delivery", "causeDetail=x",
                "articleId=1",
                "since=2026-11-01",
                "until=2026-11-01",
            ],
            ["receivedAt", "answerDueAt", "id"]
        ),
        (
            "/v1/promises",
            [
                "status=open", "due=soon", "due=overdue", "kind=quote", "customerId=1",
                "since=2026-11-01", "until=2026-11-01",
            ],
            ["dueAt"]
        ),
        ("/v1/products", ["sku=a", "category=b"], ["id", "sku"]),
        (
            "/v1/orders", ["customerId=1", "since=2026-11-01", "until=2026-11-01"],
            ["placedAt", "id"]
        ),
        (
            "/v1/payments", ["orderId=1", "customerId=1", "since=2026-11-01", "until=2026-11-01"],
            ["paidAt", "id"]
        ),
        (
            "/v1/refunds",
            ["orderId=1", "customerId=1", "kind=refund", "since=2026-11-01", "until=2026-11-01"],
            ["refundedAt", "id"]
        ),
        (
            "/v1/expenses", ["customerId=1", "since=2026-11-01", "until=2026-11-01"],
            ["spentAt", "id"]
        ),
        (
            "/v1/plans", ["customerId=1", "since=2026-11-01", "until=2026-11-01"],
            ["startsAt", "id"]
        ),
        (
            "/v1/acquisition-costs", ["channel=fair", "since=2026-11-01", "until=2026-11-01"],
            ["startsAt", "id"]
        ),
        ("/v1/customers/1/category-spend", ["asOf=2026-11-10"], ["category"]),
        ("/v1/customers/1/category-spend/tea/statements", [], ["asOf"]),
        (
            "/v1/warnings",
            [
                "kind=credit", "status=open", "customerId=1", "since=2026-11-01",
                "until=2026-11-01",
            ],
            ["raisedAt", "id"]
        ),
        ("/v1/warning-runs", [], ["id"]),
        (
            "/v1/tiers",
            ["tier=key", "abc=A", "changedSince=2026-11-01", "asOf=2026-11-01"],
            ["rank"]
        ),
        ("/v1/tier-runs", [], ["id"]),
        ("/v1/customers/1/stage-assessments", [], ["asOf"]),
        ("/v1/ending-candidates", ["status=proposed", "customerId=1"], ["id"]),
        ("/v1/value-models", [], ["id"]),
        (
            "/v1/staff",
            [
                "teamId=1", "leaderId=1", "skill=delivery", "language=zh", "presence=busy",
                "presence=off",
            ],
            ["id", "name"]
        ),
        ("/v1/teams", [], ["id", "name"]),
        (
            "/v1/calls", ["customerId=1", "staffId=2", "since=2026-11-01", "until=2026-11-01"],
            ["startedAt", "id"]
        ),
        ("/v1/articles", ["q=a", "productId=1", "complaintId=1"], ["id", "updatedAt"]),
        (
            "/v1/planned-contacts",
            [
                "status=planned", "customerId=1", "staffId=1", "since=2026-11-01",
                "until=2026-12-01",
            ],
            ["plannedAt"]
        ),
        (
            "/v1/approvals",
            [
                "status=pending", "kind=remedy", "toId=1", "askerId=1", "customerId=1",
                "complaintId=1",
            ],
            ["replyBy"]
        ),
        (
            "/v1/tasks",
            [
                "status=open", "kind=call-back", "assigneeId=1", "customerId=1", "due=today",
                "due=overdue", "since=2026-11-01", "until=2026-12-01",
            ],
            ["dueAt", "id"]
        ),
        (
            "/v1/meetings",
            [
                "kind=visit", "customerId=1", "staffId=1", "confirmed=true", "confirmed=false",
                "since=2026-11-01", "until=2026-12-01",
            ],
            ["heldAt", "id"]
        ),
        (
            "/v1/imports",
            ["status=running", "status=finished", "status=interrupted", "kind=orders"], ["id"]
        ),
        ("/v1/customers/1/needs", [], ["importance", "id"]),
        ("/v1/customers/1/managers", [], ["id"]),
        ("/v1/customers/1/merges", [], ["id"]),
        ("/v1/customers/1/links", ["kind=serves"], ["id"]),
        ("/v1/customers/1/contacts", ["buyingRole=coach"], ["id", "name"]),
        ("/v1/contacts", ["customerId=1", "buyingRole=coach"], ["id"]),
        ("/v1/reports/coverage", ["lacks=manager"], ["rank"]),
        (
            "/v1/reports/interactions",
            ["groupBy=channel", "groupBy=month", "since=2026-11-01"],
            ["key"]
        ),
        (
            "/v1/reports/calls",
            ["groupBy=tier", "groupBy=month", "since=2026-11-01", "until=2026-12-01"], ["key"]
        ),
        ("/v1/reports/acquisition", ["since=2026-11-01", "until=2026-12-01"], ["key"]),
        ("/v1/reports/manager-load", ["teamId=1"], ["id"]),
        ("/v1/reports/warnings", ["since=2026-11-01", "until=2026-12-01"], ["kind"]),
        ("/v1/reports/pyramid", ["asOf=2026-11-22"], ["tier"]),
        ("/v1/reports/retention", ["asOf=2026-11-22", "months=1"], ["key"]),
        ("/v1/reports/value", ["asOf=2026-11-22"], ["decile"]),
    ]

    private static let records = [
        "/v1/customers/1", "/v1/interactions/1", "/v1/complaints/1", "/v1/products/1",
        "/v1/orders/1", "/v1/payments/1", "/v1/refunds/1", "/v1/tier-runs/1",
        "/v1/customers/1/tier", "/v1/tier-policy",
        "/v1/customers/1/stage", "/v1/customers/1/stage?asOf=2026-11-23",
        "/v1/customers/1/behaviour", "/v1/customers/1/attraction", "/v1/customers/1/record-advice",
        "/v1/customers/1/potential", "/v1/customers/1/entitlements", "/v1/care-policy",
        "/v1/ending-candidates/1",
        "/v1/stage-assessments/1", "/v1/customers/1/tier?asOf=2026-11-23",
        "/v1/customers/1/value", "/v1/value-models/1", "/v1/value-policy", "/v1/tokens",
        "/v1/orders/1", "/v1/payments/1", "/v1/refunds/1", "/v1/expenses/1",
        "/v1/plans/1/2026", "/v1/warnings/1", "/v1/warning-policy", "/v1/warning-runs/1",
        "/v1/acquisition-costs/fair/2026",
        "/v1/customers/1/category-spend/tea", "/v1/tier-runs/1",
        "/v1/customers/1/category-spend/tea?asOf=2026-11-10",
        "/v1/customers/1/tier", "/v1/tier-policy", "/v1/tokens",
        "/v1/events?after=3", "/v1/staff/1", "/v1/staff/2/presence", "/v1/teams/1",
        "/v1/articles/1", "/v1/articles/suggestions?subject=x1&productId=1&orderId=1",
        "/v1/customers/1/manager", "/v1/calls/1", "/v1/contacts/1",
        "/v1/customers/1/org-chart", "/v1/customers/1/chain", "/v1/customers/1/lifecycle",
        "/v1/chain-links/1",
        "/v1/customers/1/single-thread-risk",
        "/v1/single-thread-policy",
        "/v1/customers/1/org-chart", "/v1/customers/1/contact-advice", "/v1/contact-policy",
        "/v1/planned-contacts/1", "/v1/meetings/1", "/v1/needs/1", "/v1/tasks/1", "/v1/approvals/1",
        "/v1/authority-policy",
        "/v1/search?q=13800138000", "/v1/search?q=x",
        "/v1/screen-pop?phone=13800138000&customerId=1&skill=delivery&language=zh",
    ]

    @Test func `no statement looks at more rows than it needs`() throws {
        try withServer { client in
            try Self.fill(client)
            let reading = try Desk(client)
            for (path, filters, sorts) in Self.lists {
                for sort in sorts.flatMap({ [$0, "-" + $0] }) {
                    for filter in [""] + filters {
                        try reading.readPages("\(path)?sort=\(sort)&\(filter)")
                    }
                }
                try reading.readPages(path + "?count=exact")
            }
            for path in Self.records { try reading.read(path) }
            for trait in ["phone", "email", "name"] {
                for sort in ["value", "-value"] {
                    try reading.readPages("/v1/duplicates?by=\(trait)&sort=\(sort)")
                }
            }
            for kind in [
                "customers", "contacts", "interactions", "complaints", "orders", "tiers",
            ] {
                try reading.read("/v1/\(kind)?format=ndjson")
                try reading.read("/v1/\(kind)?format=csv")
            }
            let written = try client.service.database.write { $0.preparedStatements }
            let statements = Set(reading.connection.preparedStatements + written)
            #expect(statements.count > 150)
            for sql in statements.sorted() where sql.contains(/^(SELECT|INSERT|UPDATE|DELETE|WITH)/)
            {
                try check(sql, by: reading.connection)
            }
        }
    }

    private func check(_ sql: String, by connection: Connection) throws {
        // A page reads along an index, in the order of its key, until it is full.
        let isPage = sql.contains(/ORDER BY [^)]*\n? *LIMIT (\$\d+|1)$/)
        let mayScan = isPage || Self.scans.contains { sql.contains($0.text) }
        let maySort = Self.sorts.contains { sql.contains($0.text) }
        for line in try connection.queryPlan(of: sql) {
            let isScan = line.hasPrefix("SCAN ") && !line.hasPrefix("SCAN CONSTANT ROW")
            #expect(!isScan || mayScan, "\(line)\n\(sql)")
            #expect(!line.contains("TEMP B-TREE") || maySort, "\(line)\n\(sql)")
        }
    }

    /// Touches every store.
    private static func fill(_ client: TestClient) throws {
        try addStaff(client)
        let customer = try client.customer(
            "上海",
            #"""
            "externalId": "A", "phones": [{"number": "13800138000"}], "emails": ["a@b"],
            "tags": ["east"]
            """#
        )
        _ = try client.patch("/v1/customers/\(customer)", #"{"name": "x", "externalId": "B"}"#)
        _ = try client.put(
            "/v1/customers/by-external-id/C",
            #"{"kind": "individual", "name": "y"}"#,
            ["if-match": "*"]
        )
        _ = try client.put(
            "/v1/customers/by-external-id/C",
            #"{"kind": "individual", "name": "y"}"#
        )
        _ = try client.delete("/v1/customers/\(client.customer())")
        try addContacts(client)
        _ = try client.patch("/v1/customers/1", #"{"lifecycle": "active"}"#)
        let twin = #"""
            "phones": [{"number": "13800138000"}, {"number": "13500135000"}],
            "emails": ["a@b", "e@f"], "externalId": "T"
            """#
        let dealer = try client.customer("d", #""role": "intermediary""#)
        try client.create(
            "/v1/customers/\(customer)/links",
            #"{"kind": "buys-through", "customerId": \#(dealer)}"#
        )
        let twins = try [client.customer("x", twin), client.customer("x", #""emails": ["e@f"]"#)]
        for action in ["merge", "unmerge", "merge"] {
            _ = try client.post(
                "/v1/customers/\(customer)/\(action)",
                #"{"duplicateId": \#(twins[0])}"#
            )
        }
        try client.create("/v1/products", #"{"sku": "T", "name": "tea", "unitCost": "1"}"#)
        for fix in ["", #", "fix": "y""#] {
            try client.create("/v1/articles", #"{"problem": "x1", "productIds": [1]\#(fix)}"#)
        }
        _ = try client.patch("/v1/articles/1", #"{"fix": "z"}"#)
        _ = try client.delete("/v1/articles/2")
        _ = try client.patch("/v1/products/1", #"{"sku": "U"}"#)
        for id in ["", #", "externalId": "O""#] {
            try client.create(
                "/v1/orders",
                #"""
                {"customerExternalId": "B", "placedAt": "2026-11-01T00:00:00Z",
                 "lines": [{"sku": "U", "quantity": 1, "unitPrice": "5"}]\#(id)}
                """#
            )
        }
        for id in ["", #", "externalId": "E""#] {
            try client.create(
                "/v1/expenses",
                #"""
                {"customerId": 1, "amount": "1", "spentAt": "2026-11-01T00:00:00Z",
                 "purpose": "x"\#(id)}
                """#
            )
        }
        for target in ["1", "2"] {
            for period in ["2026", "2027"] {
                _ = try client.put("/v1/plans/1/\(period)", #"{"salesTarget": "\#(target)"}"#)
                _ = try client.put(
                    "/v1/acquisition-costs/fair/\(period)",
                    #"{"amount": "\#(target)"}"#
                )
            }
            _ = try client.put(
                "/v1/customers/1/category-spend/tea",
                #"{"amount": "\#(target)", "per": "year", "source": "stated", "asOf": "2026-11-01"}"#
            )
        }
        _ = try client.delete("/v1/plans/1/2027")
        _ = try client.delete("/v1/acquisition-costs/fair/2027")
        _ = try client.put(
            "/v1/customers/1/category-spend/x",
            #"{"amount": "1", "per": "year", "source": "stated", "asOf": "2026-11-01"}"#
        )
        let statements = try client.get("/v1/customers/1/category-spend/x/statements").ids
        _ = try client.delete("/v1/customers/1/category-spend/x/statements/\(statements[0])")
        _ = try client.put(
            "/v1/customers/1/category-spend/x",
            #"{"amount": "1", "per": "year", "source": "stated", "asOf": "2026-11-01"}"#
        )
        _ = try client.delete("/v1/customers/1/category-spend/x")
        for pay in [#""orderId": 1"#, #""orderExternalId": "O", "externalId": "B""#] {
            try client.create("/v1/payments", #"{\#(pay), "amount": "1"}"#)
        }
        _ = try client.post("/v1/payments/1/reverse", #"{"reason": "x"}"#)
        _ = try client.post("/v1/expenses/1/reverse", #"{"reason": "x"}"#)
        for pieces in [#""amount": "1""#, #""lines": [{"sku": "U", "quantity": 1}]"#] {
            _ = try client.post("/v1/orders/1/refunds", #"{\#(pieces), "reason": "x"}"#)
        }
        let order = try client.create(
            "/v1/orders",
            #"{"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "total": "1"}"#
        )
        _ = try client.post("/v1/orders/\(order)/cancel", #"{"reason": "x"}"#)
        _ = try client.patch("/v1/customers/1", #"{"creditLimit": "1"}"#)
        try client.create(
            "/v1/orders",
            #"""
            {"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "total": "9", "terms": "credit",
             "dueAt": "2026-11-02T00:00:00Z"}
            """#
        )
        for action in ["investigate", "countermeasure", "close"] {
            _ = try client.post("/v1/warnings/1/\(action)", #"{"cause": "x", "action": "y"}"#)
        }
        _ = try client.put(
            "/v1/warning-policy",
            #"""
            {"overdueDays": 1, "progressShare": 0.9, "expensePeriod": "month", "expenseRises": 1,
             "pAlive": 0.3, "churnIntervals": 1, "taskDays": 3,
             "cumulativeAmount": "1", "reminderDays": 1, "pressureDays": 2, "legalDays": 3}
            """#
        )
        try runWarnings(client)
        try client.create(
            "/v1/interactions",
            #"""
            {"customerId": 1, "direction": "inbound", "content": "idea", "channel": "phone",
             "occurredAt": "2026-11-01T00:00:00Z", "summary": "x", "externalId": "I",
             "contactIds": [1], "staffIds": [2],
             "promises": [{"text": "call", "dueAt": "2026-12-01T00:00:00Z"}]}
            """#
        )
        for customer in [#""phone": "13800138000""#, #""phone": "110""#, #""customerId": 1"#] {
            _ = try client.post(
                "/v1/complaints",
                #"{\#(customer), "channel": "web", "subject": "x", "orderId": 1}"#,
                ["idempotency-key": "k"]
            )
        }
        try client.create(
            "/v1/complaints",
            #"{"phone": "13800138000", "channel": "web", "subject": "x", "externalId": "K"}"#
        )
        _ = try client.post(
            "/v1/interactions/1/corrections",
            #"{"reason": "x", "changes": {"summary": "y", "complaintId": 1}}"#
        )
        _ = try client.patch("/v1/complaints/1", #"{"externalId": "L", "severity": "high"}"#)
        for _ in 1...2 {
            _ = try client.post("/v1/complaints/1/articles", #"{"articleId": 1}"#)
            _ = try client.delete("/v1/complaints/1/articles/1")
        }
        _ = try client.post("/v1/complaints/1/reply", #"{"text": "x", "channel": "phone"}"#)
        for (kind, text) in imports {
            let body = Array(text.utf8)
            for query in ["", "?mode=atomic", "?dryRun=true"] {
                let target = "/v1/imports/\(kind)\(query)"
                _ = try client.send("POST", target, [:], body, type: "text/csv")
            }
        }
        let rules = #"""
            {"windowMonths": 6, "keyShare": 0.8, "ordinaryShare": 0.9, "aShare": 0.8,
             "bShare": 0.95, "margin": 1}
            """#
        _ = try client.put("/v1/tier-policy", rules)
        try client.create(
            "/v1/expenses",
            #"""
            {"customerId": 1, "amount": "900", "spentAt": "2026-11-01T00:00:00Z", "purpose": "x"}
            """#
        )
        for day in ["2025-11-21", "2026-11-22", "2026-11-23"] {
            let run = try client.post("/v1/tier-runs", #"{"asOf": "\#(day)"}"#)
            let place = run.location ?? ""
            var seen = 0
            while try client.get(place).json["status"] == "running" {
                seen =
                    try client.get("/v1/events?after=\(seen)&limit=500&wait=10")
                    .items.last?["seq"]?.integer ?? seen
            }
        }
        _ = try client.post("/v1/customers/1/stage-assessments", "{}")
        _ = try client.post("/v1/ending-candidates/1/keep", #"{"deciderId": 2, "reason": "x"}"#)
        let valueRules = #"{"discountRate": 0.1, "margin": 0.5, "refitDays": 3}"#
        _ = try client.put("/v1/value-policy", valueRules)
        _ = try client.post("/v1/value-models", "{}")
        _ = try client.put("/v1/customers/1/manager", #"{"managerId": 1, "deputyId": 2}"#)
        _ = try client.post("/v1/complaints/1/assign", #"{"assigneeId": 1}"#)
        for at in ["2026-12-01", "2026-12-02", "2026-12-03"] {
            try client.create(
                "/v1/planned-contacts",
                #"""
                {"customerId": 1, "channel": "phone", "plannedAt": "\#(at)T10:00:00+08:00",
                 "purpose": "x", "staffId": 1}
                """#
            )
        }
        _ = try client.patch("/v1/planned-contacts/3", #"{"purpose": "y"}"#)
        _ = try client.post("/v1/planned-contacts/1/done", "{}")
        _ = try client.post("/v1/planned-contacts/2/cancel", #"{"reason": "x"}"#)
        _ = try client.put("/v1/contact-policy", #"{"rules": []}"#)
        try addApprovals(client)
        try addTasks(client)
        try addMeetings(client)
        _ = try client.post("/v1/staff/1/handover", #"{"toId": 2}"#)
        _ = try client.delete("/v1/staff/1")
        _ = try client.put("/v1/staff/2/presence", #"{"presence": "busy"}"#)
        for event in ["started", "ended"] {
            _ = try client.post(
                "/v1/calls",
                #"""
                {"externalId": "C", "event": "\#(event)", "phone": "13900139000", "subject": "x",
                 "staffId": 2}
                """#
            )
        }
        let token = try client.create(
            "/v1/tokens",
            #"{"name": "x", "role": "reader", "owner": "x"}"#
        )
        _ = try client.delete("/v1/tokens/\(token)")
        _ = try client.as(.reader).get("/v1/customers")
    }

    private static func addApprovals(_ client: TestClient) throws {
        _ = try client.put(
            "/v1/authority-policy",
            #"{"limits": [{"kind": "discount", "role": "admin", "amount": "9"}]}"#
        )
        for complaint in [1, 2] {
            try client.create(
                "/v1/approvals",
                #"{"kind": "reward", "complaintId": \#(complaint), "amount": "5", "toId": 1}"#
            )
        }
        _ = try client.as(.manager).post("/v1/approvals/1/approve", "{}")
    }

    private static func addTasks(_ client: TestClient) throws {
        for (subject, cause) in [("customer", "a"), ("order", "b"), ("contact", "c")] {
            try client.create(
                "/v1/tasks",
                #"""
                {"kind": "call-back", "subject": {"type": "\#(subject)", "id": 1}, "reason": "x",
                 "dueAt": "2026-12-01T00:00:00Z", "cause": "\#(cause)", "assigneeId": 1}
                """#
            )
        }
        _ = try client.patch("/v1/tasks/2", #"{"reason": "y"}"#)
        _ = try client.post("/v1/tasks/2/done", "{}")
    }

    private static func addMeetings(_ client: TestClient) throws {
        for day in ["01", "02"] {
            try client.create(
                "/v1/meetings",
                #"""
                {"kind": "visit", "customerIds": [1], "contactIds": [1], "staffIds": [2],
                 "heldAt": "2026-11-\#(day)T00:00:00Z", "summary": "x"}
                """#
            )
            _ = try client.post(
                "/v1/meetings/1/issues",
                #"{"need": {"text": "x", "importance": 1}}"#
            )
        }
        _ = try client.patch("/v1/needs/1", #"{"importance": 2}"#)
        _ = try client.patch("/v1/meetings/1", #"{"summary": "y"}"#)
        _ = try client.post("/v1/meetings/1/confirm", #"{"contactId": 1}"#)
    }

    /// Looks at all customers.
    private static func runWarnings(_ client: TestClient) throws {
        let run = try client.send("POST", "/v1/warning-runs").location ?? ""
        var seen = 0
        while try client.get(run).json["status"] == "running" {
            seen =
                try client.get("/v1/events?after=\(seen)&limit=500&wait=10")
                .items.last?["seq"]?.integer ?? seen
        }
    }

    private static func addContacts(_ client: TestClient) throws {
        let contacts = "/v1/customers/1/contacts"
        let phone = #""phones": [{"number": "13800138000"}], "emails": ["c@d"]"#
        for _ in 1...2 { try client.create(contacts, #"{"name": "a", \#(phone)}"#) }
        _ = try client.patch("/v1/contacts/2", #"{"reportsToId": 1}"#)
        try client.create(contacts, #"{"name": "b"}"#)
        _ = try client.delete("/v1/contacts/3")
        _ = try client.put("/v1/single-thread-policy", #"{"people": 2, "days": 30}"#)
        _ = try client.patch("/v1/customers/1", #"{"kind": "enterprise"}"#)
    }

    private static func addStaff(_ client: TestClient) throws {
        try client.create("/v1/teams", #"{"name": "desk"}"#)
        _ = try client.patch("/v1/teams/1", #"{"name": "sales"}"#)
        try client.staff(2)
        let details = #"""
            {"teamId": 1, "leaderId": 2, "languages": ["zh"],
             "skills": [{"name": "delivery", "level": 3}],
             "workingHours": [{"weekday": "monday", "from": "09:00", "until": "18:00"}]}
            """#
        _ = try client.patch("/v1/staff/1", details)
        _ = try client.put("/v1/staff/1/presence", #"{"presence": "busy"}"#)
        try client.create(
            "/v1/tokens",
            #"{"name": "x", "role": "agent", "owner": "x", "staffId": 1}"#
        )
    }

    private static let imports = [
        (
            "customers",
            """
            kind,name,externalId,phones.0.number,emails.0,tags.0
            individual,a,A,13800138000,a@b,east
            individual,b,,13900139000,,
            individual,c,,,,
            individual,a,A,13800138000,a@b,west
            bad,,,,,

            """
        ),
        (
            "contacts",
            """
            customerExternalId,externalId,name,reportsToExternalId,phones.0.number
            A,P,a,,13800138000
            A,Q,b,P,
            A,,c,,13900139009
            A,Q,d,P,

            """
        ),
        (
            "orders",
            """
            customerExternalId,externalId,placedAt,total
            A,O,2026-11-01,5.00
            A,,2026-11-01,5.00
            NEW,P,2026-11-02,7.00
            A,O,2026-11-01,6.00

            """
        ),
        (
            "payments",
            "orderExternalId,externalId,amount,paidAt\nO,P,1,2026-11-01\nO,,1,2026-11-01\n"
        ),
        (
            "expenses",
            """
            customerExternalId,externalId,amount,spentAt,purpose
            A,E-1,1,2026-11-01,x
            A,,1,2026-11-01,x

            """
        ),
        ("plans", "customerExternalId,period,salesTarget\nA,2025,1\nA,2026,3\n"),
        (
            "category-spend",
            """
            customerExternalId,category,amount,per,source,asOf
            A,tea,3,year,stated,2026-11-01

            """
        ),
        (
            "interactions",
            """
            customerExternalId,externalId,direction,content,channel,occurredAt,summary
            A,I,inbound,idea,phone,2026-11-01,x
            A,,inbound,idea,phone,2026-11-01,x
            A,I,inbound,idea,phone,2026-11-01,y

            """
        ),
        (
            "complaints",
            """
            customerExternalId,externalId,channel,subject,receivedAt,answeredAt,closedAt
            A,K,web,x,2026-11-01,2026-11-01,2026-11-02
            A,,web,x,2026-11-01,,
            A,K,web,y,2026-11-01,2026-11-01,2026-11-02

            """
        ),
    ]
}

/// Carries out reads on a connection of the test, which knows what it prepared.
private struct Desk {
    let connection: Connection
    private let router: Router<Snapshot, Transaction>
    private let client: TestClient

    init(_ client: TestClient) throws {
        self.client = client
        connection = try Connection(path: client.service.database.path, mode: .readOnly)
        router = Router(
            API(
                services: client.service.services,
                database: nil,
                system: SystemStatus(),
                clock: { client.clock.now },
                wakeJobs: {}
            )
            .routes
        )
    }

    /// Reads the first page of a list and the one after it.
    func readPages(_ target: String) throws {
        let first = try read(target + "&limit=1")
        guard case .bytes(let bytes)? = first?.body,
            let next = try JSONReader.read(bytes)["next"]?.string
        else { return }
        try read(target + "&limit=1&after=" + next)
    }

    @discardableResult
    func read(_ target: String) throws -> Response? {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        let request = Request(path: parts[0], query: parts.count > 1 ? parts[1] : nil)
        guard case .found(let route, let values) = router.match(.get, request.path) else {
            throw TestFailure("no route: \(target)")
        }
        let call = Call(
            request: request,
            id: "plan",
            principal: Principal(
                tokenID: 1,
                name: "plan",
                scopes: Set(Scope.allCases.map(\.rawValue))
            ),
            now: client.clock.now.rawValue,
            pathValues: values,
            cursors: CursorSigner(secret: [1]),
            startOfDay: { CalendarDay($0).map { CivilTimeZone.shanghai.startOfDay($0).rawValue } }
        )
        guard case .read(let read) = try route.prepare(call) else {
            throw TestFailure("no read: \(target)")
        }
        let answer: Answer<Snapshot>
        do {
            answer = try connection.read { try read($0) }
        } catch {
            throw TestFailure("GET \(target): \(error)")
        }
        switch answer {
        case .response(let response): return response
        case .pages, .wait: return nil
        }
    }
}
