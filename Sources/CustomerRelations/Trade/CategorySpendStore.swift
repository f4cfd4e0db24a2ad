// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct CategorySpendStore: Sendable {
    /// The columns that `spend(_:)` reads, of `category_spend AS s`.
    private static let columns = """
        s.customer_id, s.category, s.amount, s.per, s.source, s.as_of, s.version, s.created_at,
        s.updated_at, s.rivals, s.switched_at, s.id
        """

    /// That a statement `s` holds at an instant, as the value is called there: none that goes before it
    /// was made by then.
    ///
    /// Each part is looked up in the index, however many statements there are.
    static func holds(at instant: String) -> String {
        // What the customer or a survey says goes before an estimate, of whatever time it is.
        let since = "CASE s.source WHEN 'estimated' THEN \(Int64.min + 1) ELSE s.as_of END"
        return """
            s.as_of <= \(instant)
                AND NOT EXISTS (SELECT 1 FROM category_spend k
                    WHERE k.customer_id = s.customer_id AND k.category = s.category
                        AND k.source = s.source
                        AND k.as_of > s.as_of AND k.as_of <= \(instant))
                AND (s.source = 'surveyed' OR NOT EXISTS (SELECT 1 FROM category_spend k
                    WHERE k.customer_id = s.customer_id AND k.category = s.category
                        AND k.source = 'surveyed'
                        AND k.as_of >= \(since) AND k.as_of <= \(instant)))
                AND (s.source = 'stated' OR NOT EXISTS (SELECT 1 FROM category_spend k
                    WHERE k.customer_id = s.customer_id AND k.category = s.category
                        AND k.source = 'stated'
                        AND k.as_of > \(since) AND k.as_of <= \(instant)))
            """
    }

    private static let findByID = "SELECT \(columns) FROM category_spend s WHERE s.id = $1"

    private static let findHolding = """
        SELECT \(columns) FROM category_spend s
        WHERE s.customer_id = $1 AND s.category = $2 AND \(holds(at: "$3"))
        """

    private static let findByKey = """
        SELECT \(columns) FROM category_spend s
        WHERE s.customer_id = $1 AND s.category = $2 AND s.source = $3 AND s.as_of = $4
        """

    private static let findAll = """
        SELECT \(columns) FROM category_spend s WHERE s.customer_id = $1 AND s.category = $2
        ORDER BY s.source, s.as_of
        """

    func find(
        _ id: ID<CategorySpend>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> CategorySpend? {
        try snapshot.first(Self.findByID, id, read: Self.spend)
    }

    /// The statement that holds at an instant.
    func find(
        of customer: ID<Customer>,
        _ category: String,
        at instant: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> CategorySpend? {
        try snapshot.first(Self.findHolding, customer, category, instant, read: Self.spend)
    }

    func find(
        of customer: ID<Customer>,
        _ category: String,
        _ source: CategorySpend.Source,
        asOf: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> CategorySpend? {
        try snapshot.first(Self.findByKey, customer, category, source, asOf, read: Self.spend)
    }

    func all(
        of customer: ID<Customer>,
        _ category: String,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [CategorySpend] {
        try snapshot.all(Self.findAll, customer, category, read: Self.spend)
    }

    func count(
        of customer: ID<Customer>,
        _ category: String,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Int {
        try snapshot.first(
            "SELECT count(*) FROM category_spend WHERE customer_id = $1 AND category = $2",
            customer,
            category
        ) { row throws(SQLiteError) in try row[0] } ?? 0
    }

    /// The statements that hold at an instant, by category.
    func page(
        of customer: ID<Customer>,
        at instant: Instant,
        _ request: PageRequest<CategorySpendSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<CategorySpend> {
        var select = PagedSelect(Self.columns, from: "category_spend s")
        select.filter("s.customer_id = $?", customer)
        select.filter(Self.holds(at: "$?"), instant)
        return try select.page(
            request,
            key: ["s.category"],
            in: snapshot,
            read: Self.spend,
            keyOf: { [$0.category.stored] }
        )
    }

    /// The statements of a category, by when it was so.
    func statements(
        of customer: ID<Customer>,
        _ category: String,
        _ request: PageRequest<CategoryStatementSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<CategorySpend> {
        var select = PagedSelect(Self.columns, from: "category_spend s")
        select.filter("s.customer_id = $?", customer)
        select.filter("s.category = $?", category)
        return try select.page(
            request,
            key: ["s.as_of", "s.id"],
            in: snapshot,
            read: Self.spend,
            keyOf: { [$0.details.asOf.stored, $0.id.stored] }
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
            VALUES ($1, $2, $3, $4, $5, $6,
                (SELECT coalesce(max(k.version), 0) + 1 FROM category_spend k
                    WHERE k.customer_id = $1 AND k.category = $2),
                $7, $7, $8, $9)
            ON CONFLICT (customer_id, category, source, as_of) DO UPDATE SET amount = $3,
                per = $4, rivals = $8, switched_at = $9, version = excluded.version,
                updated_at = $7
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

    func delete(_ id: ID<CategorySpend>, in transaction: Transaction) throws(SQLiteError) {
        try transaction.run("DELETE FROM category_spend WHERE id = $1", id)
    }

    private static func spend(_ row: borrowing Row) throws(SQLiteError) -> CategorySpend {
        try CategorySpend(
            id: row[11],
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
