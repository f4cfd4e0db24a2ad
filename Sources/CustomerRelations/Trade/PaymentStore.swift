// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct PaymentStore: Sendable {
    /// The columns that `payment(_:)` reads, of `source`.
    private static let columns = """
        p.id, p.order_id, o.customer_id, p.external_id, p.amount, p.paid_at, p.created_at,
        p.reverses_id, p.reason
        """

    private static let source = "payment p JOIN customer_order o ON o.id = p.order_id"

    private static let findByID = "SELECT \(columns) FROM \(source) WHERE p.id = $1"

    func find(_ id: ID<Payment>, in snapshot: Snapshot) throws(SQLiteError) -> Payment? {
        try snapshot.first(Self.findByID, id, read: Self.payment)
    }

    func id(externalID: String, in snapshot: Snapshot) throws(SQLiteError) -> ID<Payment>? {
        try snapshot.first(
            "SELECT id FROM payment WHERE external_id = $1",
            externalID
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The one that takes a payment back.
    func reversal(
        of payment: ID<Payment>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<Payment>? {
        try snapshot.first(
            "SELECT id FROM payment WHERE reverses_id = $1",
            payment
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// When the latest payment of an order came, of those that were not taken back as a whole.
    func last(of order: ID<Order>, in snapshot: Snapshot) throws(SQLiteError) -> Instant? {
        try snapshot.first(
            """
            SELECT p.paid_at FROM payment p WHERE p.order_id = $1 AND p.reverses_id IS NULL
                AND NOT EXISTS (SELECT 1 FROM payment r
                    WHERE r.reverses_id = p.id AND r.amount = -p.amount)
            ORDER BY p.paid_at DESC NULLS LAST, p.id DESC NULLS LAST LIMIT 1
            """,
            order
        ) { row throws(SQLiteError) in try row[0] }
    }

    func page(
        _ filter: PaymentFilter,
        _ request: PageRequest<PaymentSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Payment> {
        var select = PagedSelect(Self.columns, from: Self.source)
        try select.filter("o.customer_id", of: filter.customerID, in: snapshot)
        select.filter("p.order_id = $?", filter.orderID)
        select.filter("p.paid_at >= $?", filter.since)
        select.filter("p.paid_at < $?", filter.until)
        return try select.page(
            request,
            key: request.sorting.key,
            in: snapshot,
            read: Self.payment,
            keyOf: request.sorting.key(of:)
        )
    }

    func insert(
        _ new: NewPayment,
        _ order: ID<Order>,
        paidAt: Instant,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Payment>? {
        try transaction.first(
            """
            INSERT INTO payment (order_id, external_id, amount, paid_at, created_at)
            VALUES ($1, $2, $3, $4, $5)
            RETURNING id
            """,
            order,
            new.externalID,
            new.amount,
            paidAt,
            now
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// Enters what takes back an amount of a payment.
    func insertReversal(
        of payment: Payment,
        _ amount: Money,
        reason: String,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Payment>? {
        try transaction.first(
            """
            INSERT INTO payment (order_id, amount, paid_at, created_at, reverses_id, reason)
            VALUES ($1, $2, $3, $3, $4, $5)
            RETURNING id
            """,
            payment.orderID,
            -amount,
            now,
            payment.id,
            reason
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The amounts, in fen, of an order's payments of an instant that have no external id.
    func twins(
        of order: ID<Order>,
        at instant: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Int] {
        try snapshot.all(
            """
            SELECT amount FROM payment
            WHERE order_id = $1 AND paid_at = $2 AND external_id IS NULL
            """,
            order,
            instant
        ) { row throws(SQLiteError) in try row[0] }
    }

    private static func payment(_ row: borrowing Row) throws(SQLiteError) -> Payment {
        try Payment(
            id: row[0],
            orderID: row[1],
            customerID: row[2],
            externalID: row[3],
            amount: row[4],
            paidAt: row[5],
            createdAt: row[6],
            reversesID: row[7],
            reason: row[8]
        )
    }
}

extension PaymentSorting {
    fileprivate var key: [String] {
        switch self {
        case .paidAt: ["p.paid_at", "p.id"]
        case .id: ["p.id"]
        }
    }

    fileprivate func key(of payment: Payment) -> [StoredValue] {
        switch self {
        case .paidAt: [payment.paidAt.stored, payment.id.stored]
        case .id: [payment.id.stored]
        }
    }
}
