// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct OrderStore: Sendable {
    /// The columns that `order(_:in:)` reads, of `customer_order AS o JOIN customer AS c`.
    private static let columns = """
        o.id, o.customer_id, c.external_id, o.external_id, o.placed_at, o.total, o.cost, o.terms,
        o.due_at, o.paid_at, o.version, o.created_at, o.updated_at, o.channel, o.paid, o.refunded,
        o.cancelled_at
        """

    private static let source = "customer_order o JOIN customer c ON c.id = o.customer_id"

    private let sums = TradeSumStore()

    private static let findByID = "SELECT \(columns) FROM \(source) WHERE o.id = $1"

    func find(_ id: ID<Order>, in snapshot: Snapshot) throws(SQLiteError) -> Order? {
        try snapshot.first(Self.findByID, id) { row throws(SQLiteError) in
            try order(row, in: snapshot)
        }
    }

    func id(externalID: String, in snapshot: Snapshot) throws(SQLiteError) -> ID<Order>? {
        try snapshot.first(
            "SELECT id FROM customer_order WHERE external_id = $1",
            externalID
        ) { row throws(SQLiteError) in try row[0] }
    }

    func customer(of id: ID<Order>, in snapshot: Snapshot) throws(SQLiteError) -> ID<Customer>? {
        try snapshot.first(
            "SELECT customer_id FROM customer_order WHERE id = $1",
            id
        ) { row throws(SQLiteError) in try row[0] }
    }

    func page(
        _ filter: OrderFilter,
        _ request: PageRequest<OrderSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Order> {
        var select = PagedSelect(Self.columns, from: Self.source)
        try select.filter("o.customer_id", of: filter.customerID, in: snapshot)
        select.filter("o.placed_at >= $?", filter.since)
        select.filter("o.placed_at < $?", filter.until)
        if filter.isUncancelled { select.filter("o.cancelled_at IS NULL") }
        return try select.page(request, key: request.sorting.key, in: snapshot) {
            row throws(SQLiteError) in
            try order(row, in: snapshot)
        } keyOf: { order in
            request.sorting.key(of: order)
        }
    }

    /// How many lines the longest order has.
    func places(in snapshot: Snapshot) throws(SQLiteError) -> [String: Int] {
        let count = try snapshot.first(
            "SELECT coalesce(max(position) + 1, 0) FROM order_line"
        ) { row throws(SQLiteError) in try row[0] as Int }
        return ["lines": count ?? 0]
    }

    /// Records an order; nil, and nothing, if another has its external id.
    ///
    /// What it adds to the sums of its customer is left to the caller.
    func insert(
        _ details: OrderDetails,
        costs: OrderCosts,
        customer: ID<Customer>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Order>? {
        let inserted = try transaction.insert(
            """
            INSERT INTO customer_order (customer_id, external_id, placed_at, total, cost, terms,
                channel, due_at, paid_at, version, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10)
            ON CONFLICT (external_id) WHERE external_id IS NOT NULL DO NOTHING
            """,
            values: [
                customer.stored, details.externalID.stored, details.placedAt.stored,
                details.total.stored, costs.sum.stored, details.terms.stored,
                details.channel.stored, details.dueAt.stored, details.paidAt.stored, now.stored,
            ]
        )
        guard let inserted else { return nil }
        let id = ID<Order>(rawValue: inserted)
        try insert(details.lines, costs, of: id, in: transaction)
        return id
    }

    /// Does work that inserts up to so many orders.
    ///
    /// If they are more than there are, their index by date is built when all are there: a million
    /// orders take a quarter less time so. The work must not look orders up by date.
    func expecting(
        _ count: Int,
        in transaction: Transaction,
        _ work: () throws -> Void
    ) throws {
        let known: Int? = try transaction.first(
            "SELECT count(*) FROM (SELECT 1 FROM customer_order LIMIT $1) AS some",
            count
        ) { row throws(SQLiteError) in try row[0] }
        guard known ?? 0 < count else { return try work() }
        try transaction.rebuilding(index: "customer_order_placed_at", work)
    }

    /// The totals, in fen, of a customer's orders of an instant that have no external id.
    func twins(
        of customer: ID<Customer>,
        at instant: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Int] {
        try snapshot.all(
            """
            SELECT total FROM customer_order
            WHERE customer_id = $1 AND placed_at = $2 AND external_id IS NULL
            """,
            customer,
            instant
        ) { row throws(SQLiteError) in try row[0] }
    }

    func update(
        _ order: Order,
        to details: OrderDetails,
        cost: Money?,
        customer: ID<Customer>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE customer_order SET customer_id = $2, placed_at = $3, total = $4, cost = $5,
                terms = $6, channel = $7, due_at = $8, paid_at = $9, version = version + 1,
                updated_at = $10
            WHERE id = $1
            """,
            order.id,
            customer,
            details.placedAt,
            details.total,
            cost,
            details.terms,
            details.channel,
            details.dueAt,
            details.paidAt,
            now
        )
        let (old, new) = (
            TradeSums(of: order), TradeSums(of: details, cost: cost, order.settlement)
        )
        if customer == order.customer.id {
            try sums.add(new - old, to: customer, in: transaction)
        } else {
            try sums.add(-old, to: order.customer.id, in: transaction)
            try sums.add(new, to: customer, in: transaction)
        }
    }

    /// Records other lines of an order, and what they cost.
    func replace(
        _ lines: [OrderLine],
        _ costs: OrderCosts,
        of id: ID<Order>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run("DELETE FROM order_line WHERE order_id = $1", id)
        try insert(lines, costs, of: id, in: transaction)
    }

    private func insert(
        _ lines: [OrderLine],
        _ costs: OrderCosts,
        of id: ID<Order>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        for (position, line) in lines.enumerated() {
            try transaction.run(
                """
                INSERT INTO order_line (order_id, position, sku, quantity, unit_price, unit_cost,
                    discount, cost)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """,
                id,
                position,
                line.sku,
                line.quantity,
                line.unitPrice,
                line.unitCost,
                line.discount,
                costs.lines[position]
            )
        }
    }

    private func order(
        _ row: borrowing Row,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Order {
        let id: ID<Order> = try row[0]
        return try Order(
            id: id,
            customer: OrderCustomer(id: row[1], externalID: row[2]),
            details: OrderDetails(
                externalID: row[3],
                placedAt: row[4],
                total: row[5],
                lines: lines(of: id, in: snapshot),
                terms: row[7],
                channel: row[13],
                dueAt: row[8],
                paidAt: row[9]
            ),
            cost: row[6],
            settlement: OrderSettlement(paid: row[14], refunded: row[15], cancelledAt: row[16]),
            version: row[10],
            createdAt: row[11],
            updatedAt: row[12]
        )
    }

    private func lines(
        of id: ID<Order>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [OrderLine] {
        try snapshot.all(
            """
            SELECT sku, quantity, unit_price, unit_cost, discount FROM order_line
            WHERE order_id = $1 ORDER BY position
            """,
            id
        ) { row throws(SQLiteError) in
            try OrderLine(
                sku: row[0],
                quantity: row[1],
                unitPrice: row[2],
                unitCost: row[3],
                discount: row[4]
            )
        }
    }
}

// MARK: - Settling

extension OrderStore {
    /// The line of an order that a refund is about.
    struct Line: Sendable {
        let position: Int
        let sku: String
        let quantity: Int
        let unitPrice: Money
        let discount: Money?
        let cost: Money?
        /// How many of its pieces were given back.
        let refunded: Int
    }

    func refundableLines(
        of id: ID<Order>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Line] {
        try snapshot.all(
            """
            SELECT position, sku, quantity, unit_price, discount, cost, refunded
            FROM order_line WHERE order_id = $1 ORDER BY position
            """,
            id
        ) { row throws(SQLiteError) in
            try Line(
                position: row[0],
                sku: row[1],
                quantity: row[2],
                unitPrice: row[3],
                discount: row[4],
                cost: row[5],
                refunded: row[6]
            )
        }
    }

    /// Whether pieces of an order were given back, if only for nothing.
    func hasReturns(_ id: ID<Order>, in snapshot: Snapshot) throws(SQLiteError) -> Bool {
        try snapshot.first(
            "SELECT position FROM order_line WHERE order_id = $1 AND refunded > 0 LIMIT 1",
            id
        ) { row throws(SQLiteError) in try row[0] as Int } != nil
    }

    /// Counts pieces as given back.
    func giveBack(
        _ lines: [RefundLine],
        of id: ID<Order>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        for line in lines {
            try transaction.run(
                """
                UPDATE order_line SET refunded = refunded - $3
                WHERE order_id = $1 AND position = $2
                """,
                id,
                line.orderPosition,
                line.quantity
            )
        }
    }

    /// Records what became of an order's money.
    func settle(
        _ order: Order,
        _ settlement: OrderSettlement,
        paidAt: Instant?,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE customer_order SET paid = $2, refunded = $3, cancelled_at = $4, paid_at = $5,
                version = version + 1, updated_at = $6
            WHERE id = $1
            """,
            order.id,
            settlement.paid,
            settlement.refunded,
            settlement.cancelledAt,
            paidAt,
            now
        )
        let new = TradeSums(
            of: order.details.paid(at: paidAt),
            cost: order.cost,
            settlement
        )
        try sums.add(new - TradeSums(of: order), to: order.customer.id, in: transaction)
    }
}

extension OrderSorting {
    fileprivate var key: [String] {
        switch self {
        case .placedAt: ["o.placed_at", "o.id"]
        case .id: ["o.id"]
        }
    }

    fileprivate func key(of order: Order) -> [StoredValue] {
        switch self {
        case .placedAt: [order.details.placedAt.stored, order.id.stored]
        case .id: [order.id.stored]
        }
    }
}

// MARK: - Checking

extension OrderStore {
    /// The orders whose total is not the sum of their lines.
    func unfitTotals(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT o.id FROM customer_order o
            JOIN (SELECT order_id,
                \(boundedSum("quantity * unit_price - coalesce(discount, 0)")) AS total
                FROM order_line GROUP BY order_id) l ON l.order_id = o.id
            WHERE l.total <> o.total ORDER BY o.id
            """
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The orders whose cost is not that of their lines, where it is known what each cost.
    ///
    /// What lines of before they kept their cost came to is known of those that say it themselves.
    func unfitCosts(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT o.id FROM customer_order o
            JOIN (SELECT order_id, \(boundedSum("coalesce(cost, 0)")) AS cost,
                    count(cost) = count(*) AS is_known, count(unit_cost) = count(*) AS is_said,
                    max(cost IS NOT coalesce(quantity * unit_cost, cost)) AS is_other
                FROM order_line GROUP BY order_id) l ON l.order_id = o.id
            WHERE l.is_other OR o.cost IS NOT iif(l.is_known, l.cost, NULL)
                AND (l.is_said OR o.created_at >= coalesce((SELECT m.applied_at
                    FROM schema_migration m WHERE m.name = 'settlement'), 0))
            ORDER BY o.id
            """
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The orders of which other pieces count as given back than their refunds name.
    func unfitReturns(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT DISTINCT l.order_id FROM order_line l
            LEFT JOIN (SELECT r.order_id, x.order_position,
                    cast(-sum(x.quantity) AS bigint) AS quantity
                FROM refund r JOIN refund_line x ON x.refund_id = r.id
                GROUP BY r.order_id, x.order_position) g
                ON g.order_id = l.order_id AND g.order_position = l.position
            WHERE l.refunded <> coalesce(g.quantity, 0) ORDER BY l.order_id
            """
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The orders that have been paid or given back another sum than their payments and refunds
    /// come to, or that are called off without a cancellation.
    func unfitSettlements(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT o.id FROM customer_order o
            LEFT JOIN (SELECT order_id, \(boundedSum("amount")) AS amount
                FROM payment GROUP BY order_id) p ON p.order_id = o.id
            LEFT JOIN (SELECT order_id,
                    \(boundedSum("CASE WHEN kind = 'refund' THEN -amount ELSE 0 END")) AS amount,
                    max(CASE WHEN kind = 'cancellation' THEN refunded_at END) AS cancelled_at
                FROM refund GROUP BY order_id) r ON r.order_id = o.id
            WHERE o.paid <> coalesce(p.amount, 0) OR o.refunded <> coalesce(r.amount, 0)
                OR o.cancelled_at IS DISTINCT FROM r.cancelled_at
            ORDER BY o.id
            """
        ) { row throws(SQLiteError) in try row[0] }
    }
}
