// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What customers buy in all, beside what they bought from us.
struct WalletStore: Sendable {
    /// The statement of what a customer buys of a category that held by then, with what was bought of it
    /// from us in a window, and what came back: for each an index leads from the customer to its
    /// orders, from them to their lines, from those to their products.
    private static let select = """
        SELECT s.customer_id, s.category, s.amount, s.per, s.source, s.as_of, s.rivals,
            s.switched_at,
            coalesce((SELECT \(boundedSum("l.quantity * l.unit_price - coalesce(l.discount, 0)"))
                FROM customer_order o JOIN order_line l ON l.order_id = o.id
                    JOIN product p ON p.sku = l.sku
                WHERE o.customer_id = s.customer_id AND o.placed_at >= $1 AND o.placed_at < $2
                    AND (o.cancelled_at IS NULL OR o.cancelled_at >= $2)
                    AND p.category = s.category), 0)
            + coalesce((SELECT \(boundedSum("x.quantity * x.unit_price - coalesce(x.discount, 0)"))
                FROM customer_order o JOIN refund r ON r.order_id = o.id
                    JOIN refund_line x ON x.refund_id = r.id JOIN product p ON p.sku = x.sku
                WHERE o.customer_id = s.customer_id AND r.refunded_at >= $1
                    AND r.refunded_at < $2 AND r.kind = 'refund' AND p.category = s.category), 0)
        FROM category_spend s
        """

    private static let selectOne = """
        \(select) WHERE s.customer_id = $3 AND \(CategorySpendStore.holds(at: "$2"))
        ORDER BY s.category
        """

    private static let selectAll = """
        \(select) WHERE \(CategorySpendStore.holds(at: "$2")) ORDER BY s.customer_id, s.category
        """

    /// What was given back by a sum in a window, beside what is left of each line of its order.
    private static func selectSums(from tables: String, _ condition: String) -> String {
        """
        SELECT o.customer_id, r.id, r.amount, l.position, p.category,
            l.quantity * l.unit_price - coalesce(l.discount, 0) + coalesce((
                SELECT \(boundedSum("x.quantity * x.unit_price - coalesce(x.discount, 0)"))
                FROM refund q JOIN refund_line x ON x.refund_id = q.id
                WHERE q.order_id = o.id AND q.kind = 'refund' AND q.refunded_at < $2
                    AND x.order_position = l.position), 0)
        FROM \(tables) CROSS JOIN order_line l ON l.order_id = o.id
            LEFT JOIN product p ON p.sku = l.sku
        WHERE r.refunded_at >= $1 AND r.refunded_at < $2 AND r.kind = 'refund'
            AND NOT EXISTS (SELECT 1 FROM refund_line y WHERE y.refund_id = r.id)
            AND \(condition)
        """
    }

    private static let selectSumsOfOne = selectSums(
        from: "customer_order o CROSS JOIN refund r ON r.order_id = o.id",
        "o.customer_id = $3 AND o.refunded > 0"
    )

    /// Of all who say what they buy.
    private static let selectAllSums = selectSums(
        from: "refund r CROSS JOIN customer_order o ON o.id = r.order_id",
        "EXISTS (SELECT 1 FROM category_spend s WHERE s.customer_id = o.customer_id)"
    )

    /// The categories of one customer, by name.
    func categories(
        of customer: ID<Customer>,
        from start: Instant,
        until end: Instant,
        months: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [CategoryShare] {
        var sums = SumRefunds()
        try snapshot.forEach(Self.selectSumsOfOne, start, end, customer) {
            row throws(SQLiteError) in
            try sums.append(row)
        }
        let back = sums.byCategory
        return try snapshot.all(Self.selectOne, start, end, customer) { row throws(SQLiteError) in
            try Self.category(row, back, from: start, until: end, months: months)
        }
    }

    /// The categories of all customers, by ascending customer id.
    func forEachCategory(
        from start: Instant,
        until end: Instant,
        months: Int,
        in snapshot: Snapshot,
        _ body: (ID<Customer>, CategoryShare) -> Void
    ) throws(SQLiteError) {
        var sums = SumRefunds()
        try snapshot.forEach(Self.selectAllSums, start, end) { row throws(SQLiteError) in
            try sums.append(row)
        }
        let back = sums.byCategory
        try snapshot.forEach(Self.selectAll, start, end) { row throws(SQLiteError) in
            body(try row[0], try Self.category(row, back, from: start, until: end, months: months))
        }
    }

    /// What was given back by sums, and of what.
    private struct SumRefunds {
        private struct Line {
            let position: Int
            let category: String?
            let left: Money
        }

        private struct Refund {
            let customer: ID<Customer>
            let amount: Money
            var lines: [Line] = []
        }

        private var refunds: [Int64: Refund] = [:]

        mutating func append(_ row: borrowing Row) throws(SQLiteError) {
            let new = Refund(customer: try row[0], amount: try row[2])
            let line = Line(position: try row[3], category: try row[4], left: try row[5])
            let id: Int64 = try row[1]
            refunds[id, default: new].lines.append(line)
        }

        /// What the lines of each category lost, which is not positive.
        var byCategory: [WalletPlace: Money] {
            var all: [WalletPlace: Money] = [:]
            for refund in refunds.values {
                let lines = refund.lines.sorted { $0.position < $1.position }
                for (line, part) in zip(lines, refund.amount.spread(over: lines.map(\.left))) {
                    guard let category = line.category else { continue }
                    let place = WalletPlace(customer: refund.customer, category: category)
                    all[place, default: .zero] += part
                }
            }
            return all
        }
    }

    private static func category(
        _ row: borrowing Row,
        _ back: [WalletPlace: Money],
        from start: Instant,
        until end: Instant,
        months: Int
    ) throws(SQLiteError) -> CategoryShare {
        let switchedAt: Instant? = try row[7]
        let place = try WalletPlace(customer: row[0], category: row[1])
        let bought: Money = try row[8]
        return try CategoryShare(
            category: place.category,
            bought: (bought + (back[place] ?? .zero)).rawValue,
            details: CategorySpendDetails(
                amount: row[2],
                per: row[3],
                source: row[4],
                asOf: row[5],
                rivals: row[6],
                switchedAt: switchedAt.flatMap { $0 < end ? $0 : nil }
            ),
            windowStart: start,
            windowMonths: months
        )
    }

    /// Whether a customer placed an order in a window that had neither been cancelled nor been given
    /// back whole by its end.
    func hasPurchases(
        _ customer: ID<Customer>,
        from start: Instant,
        until end: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Bool {
        try snapshot.first(Self.standingOrder, customer, start, end) { row throws(SQLiteError) in
            try row[0] as Int64
        } != nil
    }

    private static let standingOrder = """
        SELECT o.id FROM customer_order o
        WHERE o.customer_id = $1 AND o.placed_at >= $2 AND o.placed_at < $3
            AND (o.cancelled_at IS NULL OR o.cancelled_at >= $3)
            AND (o.total > o.refunded OR o.total > coalesce((
                SELECT -\(boundedSum("r.amount")) FROM refund r
                WHERE r.order_id = o.id AND r.kind = 'refund' AND r.refunded_at < $3), 0))
        LIMIT 1
        """
}

/// A category of a customer.
private struct WalletPlace: Hashable {
    let customer: ID<Customer>
    let category: String
}

// MARK: - New products

extension WalletStore {
    /// The products that were launched in these days, the latest first.
    func launches(
        from first: CalendarDay,
        through last: CalendarDay,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Launch] {
        try snapshot.all(
            """
            SELECT id, sku, category, launched_on FROM product
            WHERE launched_on >= $1 AND launched_on <= $2
            ORDER BY launched_on DESC NULLS LAST, sku DESC NULLS LAST LIMIT 100000
            """,
            first,
            last
        ) { row throws(SQLiteError) in
            try Launch(product: row[0], sku: row[1], category: row[2], day: row[3])
        }
    }

    /// Who bought a product that was launched in these days, and when, in a window.
    ///
    /// One pass along the orders of the window.
    func forEachBuyer(
        ofLaunchesFrom first: CalendarDay,
        through last: CalendarDay,
        from start: Instant,
        until end: Instant,
        asOf: Instant,
        in snapshot: Snapshot,
        _ body: (ID<Customer>, Instant, CalendarDay) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT o.customer_id, o.placed_at, p.launched_on
            FROM customer_order o CROSS JOIN order_line l ON l.order_id = o.id
                CROSS JOIN product p ON p.sku = l.sku
            WHERE o.placed_at >= $1 AND o.placed_at < $2
                AND (o.cancelled_at IS NULL OR o.cancelled_at >= $5)
                AND p.launched_on >= $3 AND p.launched_on <= $4
            """,
            start,
            end,
            first,
            last,
            asOf
        ) { row throws(SQLiteError) in
            body(try row[0], try row[1], try row[2])
        }
    }
}

/// A product on the day on which it could first be bought.
struct Launch: Sendable {
    let product: ID<Product>
    let sku: String
    let category: String?
    let day: CalendarDay
}
