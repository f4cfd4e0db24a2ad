// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Foundation
import Migrations
import SQLite
import guanxi

/// What a test asks of a demo base, read out of one that is gone by then.
struct DemoFacts: Sendable {
    /// Noon on 2026-11-22 in Shanghai.
    static let noon = Instant(rawValue: 1_795_320_000_000)

    /// The journal, an entry a line, without its salted hashes.
    let events: [String]
    let customers: Int
    /// The E.164 forms of all phones, and what the services find by each as it was typed.
    let phones: [(e164: String, found: [Int64])]
    /// The latest instant that any record bears.
    let latest: Instant
    /// How many complaints there are by status and answer, such as "open unanswered late".
    let complaints: [String: Int]
    /// How many promises there are by what became of them.
    let promises: [PromiseEntry.Status: Int]
    let promiseKinds: Set<Promise.Kind>
    /// How many tasks are open and done, and how many known problems complaints are about.
    let tasks: [StaffTask.Status: Int]
    let namedProblems: Int
    /// How many customers have people, and how many of the interactions name one.
    let peopled: Int
    let namedInteractions: Int
    /// The profits of the last run, the largest first.
    let profits: [Int64]
    let tierChanges: Int

    static func make(seed: UInt64 = 1, customers: Int, now: Instant = noon) throws -> DemoFacts {
        let folder = FileManager.default.temporaryDirectory.appending(path: "guanxi-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = try Database(
            path: folder.appending(path: "demo.sqlite").path,
            migrations: Migrations.all,
            now: now.rawValue,
            onFatal: { _ in }
        )
        defer { database.stop() }
        let services = Services(zone: .shanghai)
        let plan = DemoPlan(seed: seed, customers: customers, now: now)
        try DemoBase(database, services).record(plan) { _, _ in }
        return try database.read { snapshot in try DemoFacts(services, now: now, in: snapshot) }
    }

    private init(_ services: Services, now: Instant, in snapshot: Snapshot) throws {
        events = try services.journal.events(after: 0, limit: 100_000, in: snapshot).map { event in
            "\(event.at) \(event.actor) \(event.action) \(event.subject) \(event.changes ?? "")"
        }
        customers = try Self.number("SELECT count(*) FROM customer", in: snapshot)
        let all = try services.customers.list(
            CustomerFilter(),
            PageRequest(limit: 100_000, sorting: CustomerSorting.id),
            in: snapshot
        )
        phones = try all.rows.flatMap(\.details.phones).map { phone in
            let number = PhoneNumber(phone.typed)
            let found = try number.map {
                try services.customers.references(phone: $0, in: snapshot)
            }
            return (phone.e164, (found ?? []).map(\.id.rawValue))
        }
        latest = Instant(rawValue: Int64(try Self.number(Self.latestInstant, in: snapshot)))
        let page = try services.complaints.list(
            ComplaintFilter(),
            PageRequest(limit: 100_000, sorting: ComplaintSorting.id),
            at: now,
            in: snapshot
        )
        complaints = page.rows.reduce(into: [:]) { counts, complaint in
            let answer = complaint.state.answeredAt == nil ? "unanswered" : "answered"
            let isLate = complaint.breached.contains(.answer)
            counts[
                "\(complaint.state.status) \(answer) \(isLate ? "late" : "in time")",
                default: 0
            ] += 1
        }
        let register = try services.promises.list(
            PromiseFilter(),
            PageRequest(limit: 100_000, sorting: .dueAt),
            at: now,
            in: snapshot
        )
        promises = register.rows.reduce(into: [:]) { $0[$1.status, default: 0] += 1 }
        promiseKinds = Set(register.rows.map(\.promise.kind))
        var tasks: [StaffTask.Status: Int] = [:]
        for status in StaffTask.Status.allCases {
            tasks[status] = try Self.number(
                """
                SELECT count(*) FROM task
                WHERE status = '\(status.rawValue)' AND kind <> 'cumulative-amount'
                """,
                in: snapshot
            )
        }
        self.tasks = tasks
        namedProblems = try Self.number(
            "SELECT count(DISTINCT article_id) FROM article_complaint",
            in: snapshot
        )
        peopled = try Self.number("SELECT count(DISTINCT customer_id) FROM contact", in: snapshot)
        namedInteractions = try Self.number(
            "SELECT count(DISTINCT interaction_id) FROM interaction_contact",
            in: snapshot
        )
        profits = try snapshot.all(
            """
            SELECT profit FROM tier_standing WHERE tier_run_id = (SELECT max(id) FROM tier_run)
            ORDER BY rank
            """
        ) { row in try row[0] }
        tierChanges = try Self.number(
            "SELECT count(*) FROM tier_standing WHERE previous_tier <> tier",
            in: snapshot
        )
    }

    private static let latestInstant = """
        SELECT max(at) FROM (
            SELECT max(at) AS at FROM event
            UNION ALL SELECT max(placed_at) FROM customer_order
            UNION ALL SELECT max(paid_at) FROM customer_order
            UNION ALL SELECT max(occurred_at) FROM interaction
            UNION ALL SELECT max(received_at) FROM complaint
            UNION ALL SELECT max(answered_at) FROM complaint
            UNION ALL SELECT max(closed_at) FROM complaint
            UNION ALL SELECT max(updated_at) FROM customer)
        """

    private static func number(_ sql: String, in snapshot: Snapshot) throws -> Int {
        try snapshot.first(sql) { row in try row[0] } ?? 0
    }
}
