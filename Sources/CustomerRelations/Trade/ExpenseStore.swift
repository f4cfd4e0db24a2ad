// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct ExpenseStore: Sendable {
    /// The columns that `expense(_:)` reads, of `expense AS x`.
    private static let columns = """
        x.id, x.customer_id, x.external_id, x.amount, x.spent_at, x.purpose, x.created_at,
        x.reverses_id, x.reason
        """

    private static let findByID = "SELECT \(columns) FROM expense x WHERE x.id = $1"

    private let sums = TradeSumStore()

    func find(_ id: ID<Expense>, in snapshot: Snapshot) throws(SQLiteError) -> Expense? {
        try snapshot.first(Self.findByID, id, read: Self.expense)
    }

    func id(externalID: String, in snapshot: Snapshot) throws(SQLiteError) -> ID<Expense>? {
        try snapshot.first(
            "SELECT id FROM expense WHERE external_id = $1",
            externalID
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The one that takes an expense back.
    func reversal(
        of expense: ID<Expense>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<Expense>? {
        try snapshot.first(
            "SELECT id FROM expense WHERE reverses_id = $1",
            expense
        ) { row throws(SQLiteError) in try row[0] }
    }

    func page(
        _ filter: ExpenseFilter,
        _ request: PageRequest<ExpenseSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Expense> {
        var select = PagedSelect(Self.columns, from: "expense x")
        try select.filter("x.customer_id", of: filter.customerID, in: snapshot)
        select.filter("x.spent_at >= $?", filter.since)
        select.filter("x.spent_at < $?", filter.until)
        return try select.page(
            request,
            key: request.sorting.key,
            in: snapshot,
            read: Self.expense,
            keyOf: request.sorting.key(of:)
        )
    }

    func insert(
        _ details: ExpenseDetails,
        _ customer: ID<Customer>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Expense>? {
        try sums.add(TradeSums(expense: details.amount), to: customer, in: transaction)
        return try transaction.first(
            """
            INSERT INTO expense (customer_id, external_id, amount, spent_at, purpose, created_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            RETURNING id
            """,
            customer,
            details.externalID,
            details.amount,
            details.spentAt,
            details.purpose,
            now
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// Enters what takes an expense back, from now on.
    func insertReversal(
        of expense: Expense,
        reason: String,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Expense>? {
        try transaction.first(
            """
            INSERT INTO expense (customer_id, amount, spent_at, purpose, created_at, reverses_id,
                reversed_at, reason)
            VALUES ($1, $2, $3, $4, $5, $6, $5, $7)
            RETURNING id
            """,
            expense.customerID,
            -expense.details.amount,
            expense.details.spentAt,
            expense.details.purpose,
            now,
            expense.id,
            reason
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// What a customer's expenses of an instant say that have no external id.
    func twins(
        of customer: ID<Customer>,
        at instant: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Int] {
        try snapshot.all(
            """
            SELECT amount, purpose FROM expense
            WHERE customer_id = $1 AND spent_at = $2 AND external_id IS NULL
                AND reversed_at IS NULL
            """,
            customer,
            instant
        ) { row throws(SQLiteError) in NewExpense.content(try row[0], try row[1]) }
    }

    private static func expense(_ row: borrowing Row) throws(SQLiteError) -> Expense {
        try Expense(
            id: row[0],
            customerID: row[1],
            details: ExpenseDetails(
                externalID: row[2],
                amount: row[3],
                spentAt: row[4],
                purpose: row[5]
            ),
            createdAt: row[6],
            reversesID: row[7],
            reason: row[8]
        )
    }
}

extension ExpenseSorting {
    fileprivate var key: [String] {
        switch self {
        case .spentAt: ["x.spent_at", "x.id"]
        case .id: ["x.id"]
        }
    }

    fileprivate func key(of expense: Expense) -> [StoredValue] {
        switch self {
        case .spentAt: [expense.details.spentAt.stored, expense.id.stored]
        case .id: [expense.id.stored]
        }
    }
}

// MARK: - Checking

extension ExpenseStore {
    /// What takes expenses back, and is of another customer, amount or time than they.
    func unfitReversals(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT r.id FROM expense r JOIN expense x ON x.id = r.reverses_id
            WHERE r.customer_id <> x.customer_id OR r.amount <> -x.amount
                OR r.spent_at <> x.spent_at
            ORDER BY r.id
            """
        ) { row throws(SQLiteError) in try row[0] }
    }
}
