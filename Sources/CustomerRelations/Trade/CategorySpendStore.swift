// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct CategorySpendStore: Sendable {
    /// The columns that `spend(_:)` reads, of `category_spend AS s`.
    private static let columns = """
        s.customer_id, s.category, s.amount, s.per, s.source, s.as_of, s.version, s.created_at,
        s.updated_at, s.rivals, s.switched_at
        """

    func find(
        of customer: ID<Customer>,
        _ category: String,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> CategorySpend? {
        try snapshot.first(
            """
            SELECT \(Self.columns) FROM category_spend s
            WHERE s.customer_id = $1 AND s.category = $2
            """,
            customer,
            category,
            read: Self.spend
        )
    }

    func page(
        of customer: ID<Customer>,
        _ request: PageRequest<CategorySpendSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<CategorySpend> {
        var select = PagedSelect(Self.columns, from: "category_spend s")
        select.filter("s.customer_id = $?", customer)
        return try select.page(
            request,
            key: ["s.category"],
            in: snapshot,
            read: Self.spend,
            keyOf: { [$0.category.stored] }
        )
    }

    func put(
        _ details: CategorySpendDetails,
        of customer: ID<Customer>,
        _ category: String,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO category_spend (customer_id, category, amount, per, source, as_of, version,
                created_at, updated_at, rivals, switched_at)
            VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7, $8, $9)
            ON CONFLICT (customer_id, category) DO UPDATE SET amount = $3, per = $4, source = $5,
                as_of = $6, rivals = $8, switched_at = $9,
                version = category_spend.version + 1, updated_at = $7
            """,
            customer,
            category,
            details.amount,
            details.per,
            details.source,
            details.asOf,
            now,
            details.rivals,
            details.switchedAt
        )
    }

    func delete(
        _ category: String,
        of customer: ID<Customer>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            "DELETE FROM category_spend WHERE customer_id = $1 AND category = $2",
            customer,
            category
        )
    }

    private static func spend(_ row: borrowing Row) throws(SQLiteError) -> CategorySpend {
        try CategorySpend(
            customerID: row[0],
            category: row[1],
            details: CategorySpendDetails(
                amount: row[2],
                per: row[3],
                source: row[4],
                asOf: row[5],
                rivals: row[9],
                switchedAt: row[10]
            ),
            version: row[6],
            createdAt: row[7],
            updatedAt: row[8]
        )
    }
}
