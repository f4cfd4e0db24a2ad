// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct RefundStore: Sendable {
    /// A refund as it is entered.
    struct Entry: Sendable {
        let externalID: String?
        let kind: Refund.Kind
        let amount: Money
        let cost: Money?
        let lines: [RefundLine]
        let reason: String
        let refundedAt: Instant
    }

    /// The columns that `refund(_:in:)` reads, of `source`.
    private static let columns = """
        r.id, r.order_id, o.customer_id, r.kind, r.amount, r.cost, r.reason, r.refunded_at,
        r.created_at, r.external_id
        """

    private static let source = "refund r JOIN customer_order o ON o.id = r.order_id"

    private static let findByID = "SELECT \(columns) FROM \(source) WHERE r.id = $1"

    func find(_ id: ID<Refund>, in snapshot: Snapshot) throws(SQLiteError) -> Refund? {
        try snapshot.first(Self.findByID, id) { row throws(SQLiteError) in
            try refund(row, in: snapshot)
        }
    }

    func id(externalID: String, in snapshot: Snapshot) throws(SQLiteError) -> ID<Refund>? {
        try snapshot.first(
            "SELECT id FROM refund WHERE external_id = $1",
            externalID
        ) { row throws(SQLiteError) in try row[0] }
    }

    func page(
        _ filter: RefundFilter,
        _ request: PageRequest<RefundSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Refund> {
        var select = PagedSelect(Self.columns, from: Self.source)
        try select.filter("o.customer_id", of: filter.customerID, in: snapshot)
        select.filter("r.order_id = $?", filter.orderID)
        select.filter("r.kind = $?", filter.kind)
        select.filter("r.refunded_at >= $?", filter.since)
        select.filter("r.refunded_at < $?", filter.until)
        return try select.page(request, key: request.sorting.key, in: snapshot) {
            row throws(SQLiteError) in
            try refund(row, in: snapshot)
        } keyOf: { refund in
            request.sorting.key(of: refund)
        }
    }

    func insert(
        _ entry: Entry,
        of order: ID<Order>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Refund>? {
        let id: ID<Refund>? = try transaction.first(
            """
            INSERT INTO refund (order_id, kind, amount, cost, reason, refunded_at, created_at,
                external_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            RETURNING id
            """,
            order,
            entry.kind,
            entry.amount,
            entry.cost,
            entry.reason,
            entry.refundedAt,
            now,
            entry.externalID
        ) { row throws(SQLiteError) in try row[0] }
        guard let id else { return nil }
        for (position, line) in entry.lines.enumerated() {
            try transaction.run(
                """
                INSERT INTO refund_line (refund_id, position, order_position, sku, quantity,
                    unit_price, discount, cost)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """,
                id,
                position,
                line.orderPosition,
                line.sku,
                line.quantity,
                line.unitPrice,
                line.discount,
                line.cost
            )
        }
        return id
    }

    /// When something was given back for an order first.
    func first(of order: ID<Order>, in snapshot: Snapshot) throws(SQLiteError) -> Instant? {
        try snapshot.first(
            "SELECT min(refunded_at) FROM refund WHERE order_id = $1 HAVING count(*) > 0",
            order
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// What the refunds of an order at an instant say that have no external id.
    func twins(
        of order: ID<Order>,
        at instant: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [RefundContent] {
        var contents: [RefundContent] = []
        var last: ID<Refund>?
        try snapshot.forEach(
            """
            SELECT r.id, r.kind, r.amount, r.reason, x.sku, x.quantity
            FROM refund r LEFT JOIN refund_line x ON x.refund_id = r.id AND r.kind = 'refund'
            WHERE r.order_id = $1 AND r.refunded_at = $2 AND r.external_id IS NULL
            ORDER BY r.id, x.position NULLS FIRST
            """,
            order,
            instant
        ) { row throws(SQLiteError) in
            let id: ID<Refund> = try row[0]
            let sku: String? = try row[4]
            var pieces = id == last ? contents.removeLast().pieces : [:]
            if let sku { pieces[sku, default: 0] -= try row[5] as Int }
            let kind: Refund.Kind = try row[1]
            let amount: Money = try row[2]
            contents.append(
                RefundContent(
                    kind: kind,
                    amount: kind == .cancellation || sku != nil ? nil : -amount,
                    pieces: pieces,
                    reason: try row[3]
                )
            )
            last = id
        }
        return contents
    }

    private func refund(
        _ row: borrowing Row,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Refund {
        let id: ID<Refund> = try row[0]
        return try Refund(
            id: id,
            orderID: row[1],
            customerID: row[2],
            externalID: row[9],
            kind: row[3],
            amount: row[4],
            cost: row[5],
            lines: lines(of: id, in: snapshot),
            reason: row[6],
            refundedAt: row[7],
            createdAt: row[8]
        )
    }

    private func lines(
        of id: ID<Refund>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [RefundLine] {
        try snapshot.all(
            """
            SELECT order_position, sku, quantity, unit_price, discount, cost FROM refund_line
            WHERE refund_id = $1 ORDER BY position
            """,
            id
        ) { row throws(SQLiteError) in
            try RefundLine(
                orderPosition: row[0],
                sku: row[1],
                quantity: row[2],
                unitPrice: row[3],
                discount: row[4],
                cost: row[5]
            )
        }
    }
}

extension RefundSorting {
    fileprivate var key: [String] {
        switch self {
        case .refundedAt: ["r.refunded_at", "r.id"]
        case .id: ["r.id"]
        }
    }

    fileprivate func key(of refund: Refund) -> [StoredValue] {
        switch self {
        case .refundedAt: [refund.refundedAt.stored, refund.id.stored]
        case .id: [refund.id.stored]
        }
    }
}

// MARK: - Checking

extension RefundStore {
    /// The refunds whose amount is not the sum of their lines.
    func unfitAmounts(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT r.id FROM refund r
            JOIN (SELECT refund_id,
                \(boundedSum("quantity * unit_price - coalesce(discount, 0)")) AS amount
                FROM refund_line GROUP BY refund_id) l ON l.refund_id = r.id
            WHERE l.amount <> r.amount ORDER BY r.id
            """
        ) { row throws(SQLiteError) in try row[0] }
    }
}
