// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// The sums that are kept beside orders and expenses: whoever records, changes or moves one of those
/// changes them in the same transaction.
struct TradeSumStore: Sendable {
    func find(
        _ customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> TradeSums {
        try snapshot.first(
            "SELECT purchases, owed, volume FROM trade_sum WHERE customer_id = $1",
            customer,
            read: Self.sums
        ) ?? TradeSums()
    }

    /// Adds to the sums of a customer; where they lie above the bound, and so may have been cut off,
    /// they are counted anew.
    func add(
        _ more: TradeSums,
        to customer: ID<Customer>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        guard more != TradeSums() else { return }
        let volume: Money? = try transaction.first(
            """
            INSERT INTO trade_sum (customer_id, purchases, owed, volume) VALUES ($1, $2, $3, $4)
            ON CONFLICT (customer_id) DO UPDATE SET purchases = trade_sum.purchases + $2,
                owed = trade_sum.owed + $3, volume = trade_sum.volume + $4
            RETURNING volume
            """,
            customer,
            more.purchases,
            more.owed,
            more.volume
        ) { row throws(SQLiteError) in try row[0] }
        if let volume, volume > TradeSums.bound { try count(customer, in: transaction) }
    }

    /// The customers of whom more than half of the bound is recorded.
    func large(in snapshot: Snapshot) throws(SQLiteError) -> Set<ID<Customer>> {
        Set(
            try snapshot.all(
                """
                SELECT customer_id FROM trade_sum WHERE volume > \(TradeSums.half.rawValue)
                ORDER BY volume, customer_id
                """
            ) { row throws(SQLiteError) in try row[0] }
        )
    }

    /// Adds to the sums of customers, none of whom comes to more than the bound by it.
    func add(
        _ more: [ID<Customer>: TradeSums],
        in transaction: Transaction
    ) throws(SQLiteError) {
        var rest = more.keys.sorted()[...]
        while rest.count >= Self.rowsAtOnce {
            var values: [StoredValue] = []
            for customer in rest.prefix(Self.rowsAtOnce) {
                let sums = more[customer] ?? TradeSums()
                values += [
                    customer.stored, sums.purchases.stored, sums.owed.stored, sums.volume.stored,
                ]
            }
            try transaction.run(Self.addMany, values: values)
            rest = rest.dropFirst(Self.rowsAtOnce)
        }
        for customer in rest {
            try add(more[customer] ?? TradeSums(), to: customer, in: transaction)
        }
    }

    private static let rowsAtOnce = 50
    private static let addMany = {
        let rows = (0..<rowsAtOnce).map { row in
            "(" + (1...4).map { "$\(4 * row + $0)" }.joined(separator: ", ") + ")"
        }
        return """
            INSERT INTO trade_sum (customer_id, purchases, owed, volume)
            VALUES \(rows.joined(separator: ", "))
            ON CONFLICT (customer_id) DO UPDATE SET
                purchases = trade_sum.purchases + excluded.purchases,
                owed = trade_sum.owed + excluded.owed,
                volume = trade_sum.volume + excluded.volume
            """
    }()

    /// Adds up what is recorded of a customer.
    func count(
        _ customer: ID<Customer>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        let sums = try transaction.first(
            """
            SELECT \(Self.purchases(of: "$1")), \(Self.owed(of: "$1")), \(Self.volume(of: "$1"))
            """,
            customer,
            read: Self.sums
        )
        guard let sums else { return }
        try transaction.run(
            """
            INSERT INTO trade_sum (customer_id, purchases, owed, volume) VALUES ($1, $2, $3, $4)
            ON CONFLICT (customer_id) DO UPDATE SET purchases = $2, owed = $3, volume = $4
            """,
            customer,
            sums.purchases,
            sums.owed,
            sums.volume
        )
    }

    private static func sums(_ row: borrowing Row) throws(SQLiteError) -> TradeSums {
        try TradeSums(purchases: row[0], owed: row[1], volume: row[2])
    }
}

// MARK: - Counting

extension TradeSumStore {
    private static func purchases(of customer: String) -> String {
        let orders = "FROM customer_order o WHERE o.customer_id = \(customer)"
        return """
            coalesce((SELECT \(boundedSum("o.total")) \(orders)), 0)
                - coalesce((SELECT \(boundedSum("o.total")) \(orders)
                    AND o.cancelled_at IS NOT NULL), 0)
                - coalesce((SELECT \(boundedSum("o.refunded")) \(orders) AND o.refunded > 0), 0)
            """
    }

    private static func owed(of customer: String) -> String {
        """
        coalesce((SELECT \(boundedSum("o.total - o.refunded - o.paid")) FROM customer_order o
            WHERE o.customer_id = \(customer) AND o.terms = 'credit' AND o.paid_at IS NULL
                AND o.cancelled_at IS NULL AND o.total - o.refunded - o.paid > 0), 0)
        """
    }

    private static func volume(of customer: String) -> String {
        """
        coalesce((SELECT \(boundedSum("o.total + coalesce(o.cost, 0)")) FROM customer_order o
                WHERE o.customer_id = \(customer)), 0)
            + coalesce((SELECT \(boundedSum("e.amount")) FROM expense e
                WHERE e.customer_id = \(customer) AND e.reversed_at IS NULL), 0)
        """
    }

    /// The customers whose sums are not those of their orders and expenses.
    func unfit(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT c.id FROM customer c LEFT JOIN trade_sum s ON s.customer_id = c.id
            WHERE coalesce(s.purchases, 0) <> \(Self.purchases(of: "c.id"))
                OR coalesce(s.owed, 0) <> \(Self.owed(of: "c.id"))
                OR coalesce(s.volume, 0) <> \(Self.volume(of: "c.id"))
            ORDER BY c.id
            """
        ) { row throws(SQLiteError) in try row[0] }
    }
}
