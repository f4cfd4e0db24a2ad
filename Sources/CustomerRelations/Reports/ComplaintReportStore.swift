// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What the report on complaints counts.
struct ComplaintReportStore: Sendable {
    /// Runs the body for each complaint of each group, a complaint about several products once for
    /// each.
    func forEach(
        _ filter: ComplaintReport.Filter,
        zone: CivilTimeZone,
        in snapshot: Snapshot,
        _ body: (HandledComplaint) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT DISTINCT k.id, \(key(of: filter.groupBy)), k.received_at, k.answer_due_at,
                k.remedy_due_at, k.status, k.answered_at, k.remedied_at, k.closed_at, k.score,
                k.helped, k.paused_at, k.answer_paused, k.remedy_paused, k.reopened_at, k.reopened,
                k.earlier_remedied_at, k.earlier_paused, k.earlier_breached,
                EXISTS (SELECT 1 FROM complaint e WHERE e.customer_id = k.customer_id
                    AND e.received_at BETWEEN k.received_at - \(Self.repeatWindow) AND k.received_at
                    AND (e.received_at, e.id) < (k.received_at, k.id))
            FROM complaint k JOIN customer c ON c.id = k.customer_id
                \(filter.groupBy == .product ? "LEFT JOIN order_line l ON l.order_id = k.order_id" : "")
            WHERE k.received_at >= $1 AND k.received_at < $2
            """,
            filter.since ?? .first,
            filter.until ?? .last
        ) { row throws(SQLiteError) in
            var state = try ComplaintState(
                receivedAt: row[2],
                deadlines: ComplaintDeadlines(answerDueAt: row[3], remedyDueAt: row[4])
            )
            state.status = try row[5]
            state.answeredAt = try row[6]
            state.remediedAt = try row[7]
            state.closedAt = try row[8]
            if let helped: Int = try row[10] {
                state.followUp = ComplaintState.FollowUp(helped: helped == 1, score: try row[9])
            }
            state.pausedAt = try row[11]
            state.answerPaused = try row[12]
            state.remedyPaused = try row[13]
            state.reopenedAt = try row[14]
            state.reopened = try row[15]
            state.earlier = try ComplaintState.Earlier(
                remediedAt: row[16],
                remedyPaused: row[17],
                isRemedyBreached: row[18] == 1
            )
            let key =
                filter.groupBy == .month ? zone.month(of: state.receivedAt) : try row[1] as String
            body(HandledComplaint(key: key, state: state, isRepeat: try row[19] == 1))
        }
    }

    /// The orders placed meanwhile, by group; under nil all of them, where a group is no kind of
    /// order.
    func orders(
        _ filter: ComplaintReport.Filter,
        zone: CivilTimeZone,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [String?: Int] {
        var counts: [String?: Int] = [:]
        try snapshot.forEach(
            Self.ordersBy(filter.groupBy),
            filter.since ?? .first,
            filter.until ?? .last
        ) { row throws(SQLiteError) in
            let key: String?
            if filter.groupBy == .month {
                key = zone.month(of: Instant(rawValue: try row[0]))
            } else {
                key = try row[0]
            }
            counts[key, default: 0] += try row[1]
        }
        return counts
    }

    /// 90 days, in milliseconds.
    private static let repeatWindow = 90 * Instant.millisecondsPerDay

    private func key(of grouping: ComplaintReport.Grouping?) -> String {
        switch grouping {
        case .cause: "coalesce(k.cause, '')"
        // Two causes may have details of one name.
        case .causeDetail: "coalesce(k.cause || '/' || k.cause_detail, '')"
        case .product: "coalesce(l.sku, '')"
        case .tier: "coalesce(\(TierStore.tierOfCustomer), '')"
        case .channel: "k.channel"
        case .month, nil: "''"
        }
    }

    /// Keeps one of the lines of an order that have the same product.
    private static let firstOfItsKind = """
        NOT EXISTS (SELECT 1 FROM order_line e WHERE e.order_id = l.order_id AND e.sku = l.sku
            AND e.position < l.position)
        """

    /// Counts orders by group.
    ///
    /// Those that were cancelled are counted with the others, who need no look at their rows, and
    /// taken off again. The indexes are named: without statistics the planner goes by the time
    /// alone, and looks up each row. Lines are read in their own order.
    private static func ordersBy(_ grouping: ComplaintReport.Grouping?) -> String {
        switch grouping {
        case .product:
            """
            SELECT sku, sum(orders) FROM (
                SELECT l.sku, 1 AS orders FROM (
                    SELECT id FROM customer_order INDEXED BY customer_order_placed_at
                    WHERE placed_at >= $1 AND placed_at < $2 ORDER BY id) o
                CROSS JOIN order_line l ON l.order_id = o.id WHERE \(firstOfItsKind)
                UNION ALL
                SELECT l.sku, -1 FROM customer_order o INDEXED BY customer_order_cancelled_at
                CROSS JOIN order_line l ON l.order_id = o.id
                WHERE o.placed_at >= $1 AND o.placed_at < $2 AND o.cancelled_at IS NOT NULL
                    AND \(firstOfItsKind))
            GROUP BY sku
            """
        case .tier:
            """
            SELECT coalesce(\(TierStore.tierOfCustomer), ''), sum(c.orders)
            FROM (SELECT customer_id AS id, count(*) AS orders
                FROM customer_order INDEXED BY customer_order_customer_id
                WHERE placed_at >= $1 AND placed_at < $2 GROUP BY customer_id
                UNION ALL SELECT customer_id, -count(*)
                FROM customer_order INDEXED BY customer_order_cancelled_at
                WHERE placed_at >= $1 AND placed_at < $2 AND cancelled_at IS NOT NULL
                GROUP BY customer_id) c
            GROUP BY 1
            """
        case .month:
            // By quarters of an hour, of which no time zone divides one.
            """
            SELECT placed_at / 900000 * 900000, count(*)
            FROM customer_order INDEXED BY customer_order_placed_at
            WHERE placed_at >= $1 AND placed_at < $2 GROUP BY 1
            UNION ALL SELECT placed_at / 900000 * 900000, -count(*)
            FROM customer_order INDEXED BY customer_order_cancelled_at
            WHERE placed_at >= $1 AND placed_at < $2 AND cancelled_at IS NOT NULL GROUP BY 1
            """
        case .cause, .causeDetail, .channel, nil:
            """
            SELECT NULL, count(*) FROM customer_order INDEXED BY customer_order_placed_at
            WHERE placed_at >= $1 AND placed_at < $2
            UNION ALL SELECT NULL, -count(*) FROM customer_order INDEXED BY customer_order_cancelled_at
            WHERE placed_at >= $1 AND placed_at < $2 AND cancelled_at IS NOT NULL
            """
        }
    }
}

extension CivilTimeZone {
    /// The month that an instant lies in, as 2026-11.
    func month(of instant: Instant) -> String {
        String(day(of: instant).description.prefix(7))
    }
}
