// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import TestSupport

/// The figures of a row of the report on complaints.
struct ComplaintFigures: Equatable {
    private static let countNames = [
        "complaints", "closed", "orders", "answerBreached", "remedyBreached", "reopened",
        "repeats", "scored",
    ]
    private static let timeNames = ["replySeconds", "remedySeconds"]
    private static let shareNames = ["rate", "breachRate", "reopenRate", "score"]

    var counts: [String: Int] = [:]
    var times: [String: [Double]] = [:]
    var shares: [String: Double] = [:]

    init() {}

    init(_ row: TestAnswer.Row) {
        for name in Self.countNames { counts[name] = row[name]?.integer }
        for name in Self.timeNames {
            guard let times = row[name] else { continue }
            self.times[name] = ["median", "ninetieth", "worst"].compactMap { times[$0]?.double }
        }
        for name in Self.shareNames { shares[name] = row[name]?.double }
    }
}

/// The complaints and orders as the journal has them, counted without the service's own rules.
struct ComplaintRecount {
    struct Complaint {
        var channel = ""
        var cause = ""
        var customer = 0
        var order: Int?
        var received = Instant(rawValue: 0)
        var answerDue = Instant(rawValue: 0)
        var remedyDue = Instant(rawValue: 0)
        var answered: Instant?
        var remedied: Instant?
        var lastRemedied: Instant?
        /// What was waited for the customer until then.
        var lastRemedyWaited: Int64 = 0
        var wasRemedyBreached = false
        var isClosed = false
        var paused: Instant?
        var answerWaited: Int64 = 0
        var remedyWaited: Int64 = 0
        var reopened = 0
        var score: Int?
    }

    private(set) var complaints: [Int: Complaint] = [:]
    /// Customer, day and products of each order.
    private var orders: [Int: (customer: Int, at: Instant, products: Set<String>)] = [:]
    private let tiers: [Int: String]
    private let now: Instant

    /// Reads the feed from its beginning; `tiers` is by customer, as the customers tell it.
    init(_ events: [TestAnswer.Row], tiers: [Int: String] = [:], at now: Instant) {
        self.now = now
        self.tiers = tiers
        for event in events {
            guard let id = event["subject"]?["id"]?.integer,
                let at = event["at"]?.string.flatMap({ Instant(rfc3339: $0) })
            else { continue }
            let (action, changes) = (event["action"]?.string ?? "", event["changes"] ?? .null)
            switch event["subject"]?["type"]?.string {
            case "complaint": read(action, at, changes, &complaints[id, default: Complaint()])
            case "order": read(order: id, at, changes)
            case "customer": read(customer: id, action, changes)
            default: break
            }
        }
    }
}

// MARK: - Reading

extension ComplaintRecount {
    private mutating func read(order id: Int, _ at: Instant, _ changes: JSON) {
        let placed = changes["placedAt"]?.string.flatMap { Instant(rfc3339: $0) }
        let lines = changes["lines"]?.elements ?? []
        orders[id] = (
            changes["customerId"]?.integer ?? 0, placed ?? at,
            Set(lines.compactMap { $0["sku"]?.string })
        )
    }

    private mutating func read(customer id: Int, _ action: String, _ changes: JSON) {
        guard action == "customer.merged", let other = changes["duplicateId"]?.integer else {
            return
        }
        for (key, complaint) in complaints where complaint.customer == other {
            complaints[key]?.customer = id
        }
        for (key, order) in orders where order.customer == other { orders[key]?.customer = id }
    }

    private func read(
        _ action: String,
        _ at: Instant,
        _ changes: JSON,
        _ complaint: inout Complaint
    ) {
        func instant(_ name: String) -> Instant {
            changes[name]?.string.flatMap { Instant(rfc3339: $0) } ?? at
        }
        switch action {
        case "complaint.opened":
            complaint.channel = changes["channel"]?.string ?? ""
            complaint.cause = changes["cause"]?.string ?? ""
            complaint.customer = changes["customer"]?["id"]?.integer ?? 0
            complaint.order = changes["orderId"]?.integer
            complaint.received = instant("receivedAt")
            complaint.answerDue = instant("answerDueAt")
            complaint.remedyDue = instant("remedyDueAt")
        case "complaint.deadlines-changed":
            if changes["answerDueAt"] != nil { complaint.answerDue = instant("answerDueAt") }
            if changes["remedyDueAt"] != nil { complaint.remedyDue = instant("remedyDueAt") }
        case "complaint.assessed":
            complaint.cause = changes["cause"]?.string ?? complaint.cause
        case "complaint.replied":
            if complaint.answered == nil, let paused = complaint.paused {
                let length = at.milliseconds(since: paused)
                complaint.answerDue = complaint.answerDue.adding(milliseconds: length)
                complaint.answerWaited += length
            }
            complaint.answered = complaint.answered ?? at
        case "complaint.remedied":
            complaint.remedied = at
            complaint.lastRemedied = at
            complaint.lastRemedyWaited = complaint.remedyWaited
        case "complaint.closed":
            complaint.answered = complaint.answered ?? at
            complaint.isClosed = true
            complaint.score = changes["score"]?.integer ?? complaint.score
        case "complaint.paused":
            complaint.paused = at
        case "complaint.resumed":
            let length = at.milliseconds(since: complaint.paused ?? at)
            if complaint.answered == nil {
                complaint.answerDue = complaint.answerDue.adding(milliseconds: length)
                complaint.answerWaited += length
            }
            if complaint.remedied == nil {
                complaint.remedyDue = complaint.remedyDue.adding(milliseconds: length)
                complaint.remedyWaited += length
            }
            complaint.paused = nil
        case "complaint.reopened":
            complaint.reopened += 1
            complaint.isClosed = false
            complaint.wasRemedyBreached = isRemedyBreached(complaint)
            complaint.remedied = nil
            let isKey = tiers[complaint.customer] == "key"
            complaint.remedyDue = Self.businessDays(isKey ? 2 : 5, after: at)
        default: break
        }
    }

    /// In Shanghai, which sets no clocks.
    private static func businessDays(_ count: Int, after instant: Instant) -> Instant {
        var (due, left) = (instant, count)
        while left > 0 {
            due = due.adding(milliseconds: Instant.millisecondsPerDay)
            let weekday = CivilTimeZone.shanghai.day(of: due).weekday
            if weekday != .saturday, weekday != .sunday { left -= 1 }
        }
        return due
    }
}

// MARK: - Counting

extension ComplaintRecount {
    /// What the report should tell of each group.
    func figures(by group: String) -> [String: ComplaintFigures] {
        var chosen: [String: [Complaint]] = [:]
        for complaint in complaints.values {
            for key in keys(of: complaint, group) { chosen[key, default: []].append(complaint) }
        }
        return chosen.reduce(into: [:]) { rows, one in
            rows[one.key] = figures(one.value, orders: orders(group, one.key))
        }
    }

    private func keys(of complaint: Complaint, _ group: String) -> Set<String> {
        switch group {
        case "channel": [complaint.channel]
        case "cause": [complaint.cause]
        case "tier": [tiers[complaint.customer] ?? ""]
        case "product": complaint.order.flatMap { orders[$0]?.products } ?? [""]
        default: [Self.month(of: complaint.received)]
        }
    }

    private func orders(_ group: String, _ key: String) -> Int {
        orders.values.count { order in
            switch group {
            case "tier": (tiers[order.customer] ?? "") == key
            case "product": order.products.contains(key)
            case "month": Self.month(of: order.at) == key
            default: true
            }
        }
    }

    private static func month(of instant: Instant) -> String {
        String(CivilTimeZone.shanghai.day(of: instant).description.prefix(7))
    }

    private func isAnswerBreached(_ complaint: Complaint) -> Bool {
        (complaint.answered ?? complaint.paused ?? now) > complaint.answerDue
    }

    private func isRemedyBreached(_ complaint: Complaint) -> Bool {
        complaint.wasRemedyBreached
            || (complaint.remedied ?? complaint.paused ?? now) > complaint.remedyDue
    }

    /// The same customer complained before; each test lasts less than the 90 days that count.
    private func isRepeat(_ complaint: Complaint) -> Bool {
        complaints.values.contains {
            $0.customer == complaint.customer && $0.received < complaint.received
        }
    }

    private func figures(_ chosen: [Complaint], orders: Int) -> ComplaintFigures {
        var figures = ComplaintFigures()
        let reopened = chosen.count { $0.reopened > 0 }
        let everClosed = chosen.count { $0.isClosed || $0.reopened > 0 }
        let breached = chosen.count { isAnswerBreached($0) || isRemedyBreached($0) }
        let scores = chosen.compactMap(\.score)
        figures.counts = [
            "complaints": chosen.count,
            "closed": chosen.count { $0.isClosed },
            "orders": orders,
            "answerBreached": chosen.count { isAnswerBreached($0) },
            "remedyBreached": chosen.count { isRemedyBreached($0) },
            "reopened": reopened,
            "repeats": chosen.count { isRepeat($0) },
            "scored": scores.count,
        ]
        figures.times["replySeconds"] = Self.times(
            chosen.compactMap { complaint in
                complaint.answered.map {
                    $0.milliseconds(since: complaint.received) - complaint.answerWaited
                }
            }
        )
        figures.times["remedySeconds"] = Self.times(
            chosen.compactMap { complaint in
                complaint.lastRemedied.map {
                    $0.milliseconds(since: complaint.received) - complaint.lastRemedyWaited
                }
            }
        )
        let count = Double(chosen.count)
        figures.shares["breachRate"] = Double(breached) / count
        if orders > 0 { figures.shares["rate"] = count / Double(orders) }
        if everClosed > 0 { figures.shares["reopenRate"] = Double(reopened) / Double(everClosed) }
        if !scores.isEmpty {
            figures.shares["score"] = Double(scores.reduce(0, +)) / Double(scores.count)
        }
        return figures
    }

    /// The smallest values that half, nine tenths and all are not above.
    private static func times(_ milliseconds: [Int64]) -> [Double]? {
        guard !milliseconds.isEmpty else { return nil }
        return [0.5, 0.9, 1].map { part in
            let enough = milliseconds.sorted().first { value in
                Double(milliseconds.count { $0 <= value }) >= part * Double(milliseconds.count)
            }
            return Double(enough ?? 0) / 1000
        }
    }
}
