// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct TierStore: Sendable {
    /// The run whose tiers are in force: the finished one with the latest date.
    static let currentRun = """
        (SELECT r.id FROM tier_run r WHERE r.status = 'finished'
            ORDER BY r.as_of DESC NULLS LAST, r.id DESC NULLS LAST LIMIT 1)
        """

    /// The tier in force of the customer `c`: one that was parted from another, and was not ranked
    /// since, has the tier it had before they were merged.
    static let tierOfCustomer = """
        coalesce((SELECT s.tier FROM tier_standing s
            WHERE s.customer_id = c.id AND s.tier_run_id = \(currentRun)),
        (SELECT s.tier FROM customer_merge m JOIN tier_standing s
                ON s.tier_run_id = m.tier_run_id AND s.customer_id = m.duplicate_id
            WHERE m.duplicate_id = c.id AND m.undone_at IS NOT NULL
            ORDER BY m.id DESC NULLS LAST LIMIT 1))
        """

    /// The columns that `standing(_:in:)` reads, of `tier_standing AS s`.
    private static let columns = """
        s.customer_id, s.tier, s.abc, s.orders, s.amount, s.amount_without_cost, s.profit,
        s.cumulative_profit, s.rank, s.previous_tier, s.changed_at, s.refunded, s.expense,
        s.attitude, s.category_bought, s.category_need, s.switched_at, s.early_adopter, s.stage
        """

    private static let findOne =
        "SELECT \(columns) FROM tier_standing s WHERE s.tier_run_id = $1 AND s.customer_id = $2"

    func find(
        _ customer: ID<Customer>,
        of run: TierRun,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> TierStanding? {
        try snapshot.first(Self.findOne, run.id, customer) { row throws(SQLiteError) in
            try Self.standing(row, of: run)
        }
    }

    /// The standings `s` along the ranks `p`.
    static let standingsByRank = """
        tier_rank p CROSS JOIN tier_standing s
            ON s.tier_run_id = p.tier_run_id AND s.customer_id = p.customer_id
        """

    /// A page of a run's standings by rank.
    func page(
        of run: TierRun,
        _ filter: TierFilter,
        _ request: PageRequest<TierSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<TierStanding> {
        var select = PagedSelect(Self.columns, from: Self.standingsByRank)
        select.filter("p.tier_run_id = $?", run.id)
        if let tier = filter.tier {
            // By their ranks the tiers are found without looking at the others. Where the page
            // goes on from a row of this list, that row is the nearer bound, and the only one
            // there may be: of two, SQLite might begin at the farther.
            let ranks = run.outcome?.ranks(of: tier)
            let isFirst = request.after == nil
            if isFirst || request.isDescending {
                select.filter("p.rank >= $?", ranks?.lowerBound ?? 0)
            }
            if isFirst || !request.isDescending {
                select.filter("p.rank <= $?", ranks?.upperBound ?? 0)
            }
        }
        select.filter("s.abc = $?", filter.abc)
        select.filter("s.changed_at >= $?", filter.changedSince)
        return try select.page(
            request,
            key: ["p.rank"],
            in: snapshot,
            read: { row throws(SQLiteError) in try Self.standing(row, of: run) },
            keyOf: { [$0.rank.stored] }
        )
    }

    private static func standing(
        _ row: borrowing Row,
        of run: TierRun
    ) throws(SQLiteError) -> TierStanding {
        let previousTier: Tier? = try row[9]
        let changedAt: Instant = try row[10]
        return try TierStanding(
            customer: row[0],
            run: run,
            tier: row[1],
            abc: row[2],
            orders: row[3],
            amount: row[4],
            amountWithoutCost: row[5],
            profit: row[6],
            cumulativeProfit: row[7],
            rank: row[8],
            previousTier: previousTier,
            changedAt: changedAt,
            refunded: row[11],
            expense: row[12],
            attitudeFinding: attitude(row),
            isEarlyAdopter: row[17],
            stage: row[18],
            former: changedAt == run.asOf ? previousTier.map { FormerStanding(tier: $0) } : nil
        )
    }
}

extension TierStore {
    /// The profit that kept a customer in a tier in a run; nil if it was in another there.
    func profit(
        of customer: ID<Customer>,
        in tier: Tier,
        of run: ID<TierRun>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Money? {
        try snapshot.first(
            """
            SELECT profit FROM tier_standing
            WHERE tier_run_id = $1 AND customer_id = $2 AND tier = $3
            """,
            run,
            customer,
            tier
        ) { row throws(SQLiteError) in try row[0] }
    }

    private static func attitude(
        _ row: borrowing Row
    ) throws(SQLiteError) -> AttitudeFinding? {
        guard let attitude: Attitude = try row[13] else { return nil }
        return try AttitudeFinding(
            attitude: attitude,
            share: WalletShare(bought: row[14], need: row[15]),
            switchedAt: row[16]
        )
    }
}

// MARK: - Carrying out a run

extension TierStore {
    /// Of whom amounts are added up.
    enum Customers {
        /// Of all, by the database's own sum: an error if an `Int64` cannot hold one of them.
        case all
        /// Of all, each sum up to a bound; it takes nearly twice as long.
        case allBounded
        case one(ID<Customer>)
    }

    /// An upper bound of the customers that a run ranks.
    func countCustomers(in snapshot: Snapshot) throws(SQLiteError) -> Int {
        try snapshot.first("SELECT count(*) FROM customer") { row throws(SQLiteError) in
            try row[0]
        } ?? 0
    }

    /// The customers that are not archived, by ascending id.
    func forEachCustomer(
        in snapshot: Snapshot,
        _ body: (ID<Customer>) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            "SELECT id FROM customer WHERE archived_at IS NULL ORDER BY id"
        ) { row throws(SQLiteError) in body(try row[0]) }
    }

    /// The sums of each customer's orders in the window, by ascending customer id; or of one.
    ///
    /// One pass over the index of customers, which holds all that is asked: the plus signs keep
    /// the index of dates away, by which the rows would have to be fetched and sorted.
    func forEachPurchases(
        of customers: Customers,
        from start: Instant,
        until end: Instant,
        in snapshot: Snapshot,
        _ body: (TierPurchases) -> Void
    ) throws(SQLiteError) {
        try Self.purchasesQuery.forEach(of: customers, from: start, until: end, in: snapshot) {
            row throws(SQLiteError) in body(try Self.purchases(row))
        }
    }

    private static let purchasesQuery = WindowQuery { condition, sum in
        """
        SELECT customer_id, count(*), \(sum("total")),
            coalesce(\(sum("cost")), 0),
            coalesce(\(sum("CASE WHEN cost IS NULL THEN total END")), 0)
        FROM customer_order WHERE +placed_at >= $1 AND +placed_at < $2\(condition("customer_id"))
        GROUP BY customer_id ORDER BY customer_id
        """
    }

    /// The sums of each customer's orders in the window that had been cancelled by its end, by
    /// ascending customer id; they are among what `forEachPurchases` tells.
    func forEachCancelled(
        of customers: Customers,
        from start: Instant,
        until end: Instant,
        in snapshot: Snapshot,
        _ body: (TierPurchases) -> Void
    ) throws(SQLiteError) {
        try Self.cancelledQuery.forEach(of: customers, from: start, until: end, in: snapshot) {
            row throws(SQLiteError) in body(try Self.purchases(row))
        }
    }

    private static let cancelledQuery = WindowQuery { condition, sum in
        """
        SELECT customer_id, -count(*), -\(sum("total")),
            -coalesce(\(sum("cost")), 0),
            -coalesce(\(sum("CASE WHEN cost IS NULL THEN total END")), 0)
        FROM customer_order
        WHERE cancelled_at < $2 AND +placed_at >= $1
            AND +placed_at < $2\(condition("customer_id"))
        GROUP BY customer_id ORDER BY customer_id
        """
    }

    /// The sums of what was refunded to each customer in the window, whenever the orders were
    /// placed, by ascending customer id; with the signs that refunds have.
    func forEachRefunds(
        of customers: Customers,
        from start: Instant,
        until end: Instant,
        in snapshot: Snapshot,
        _ body: (TierPurchases) -> Void
    ) throws(SQLiteError) {
        try Self.refundsQuery.forEach(of: customers, from: start, until: end, in: snapshot) {
            row throws(SQLiteError) in body(try Self.purchases(row))
        }
    }

    private static let refundsQuery = WindowQuery { condition, sum in
        """
        SELECT o.customer_id, 0, \(sum("r.amount")),
            coalesce(\(sum("r.cost")), 0),
            coalesce(\(sum("CASE WHEN r.cost IS NULL THEN r.amount END")), 0)
        FROM refund r JOIN customer_order o ON o.id = r.order_id
        WHERE r.refunded_at >= $1 AND r.refunded_at < $2
            AND r.kind = 'refund'\(condition("o.customer_id"))
        GROUP BY o.customer_id ORDER BY o.customer_id
        """
    }

    /// The sum of what was spent on each customer in the window, but for what was taken back by its end,
    /// by ascending customer id.
    func forEachExpense(
        of customers: Customers,
        from start: Instant,
        until end: Instant,
        in snapshot: Snapshot,
        _ body: (ID<Customer>, Int64) -> Void
    ) throws(SQLiteError) {
        try Self.expensesQuery.forEach(of: customers, from: start, until: end, in: snapshot) {
            row throws(SQLiteError) in body(try row[0], try row[1])
        }
    }

    private static let expensesQuery = WindowQuery { condition, sum in
        """
        SELECT customer_id, \(sum("amount")) FROM expense
        WHERE +spent_at >= $1 AND +spent_at < $2
            AND (+reversed_at IS NULL OR +reversed_at < $2)\(condition("customer_id"))
        GROUP BY customer_id ORDER BY customer_id
        """
    }

    /// What a run found by orders, refunds and expenses alone, by ascending customer id.
    func forEachSums(
        of run: ID<TierRun>,
        in snapshot: Snapshot,
        _ body: (TierSums) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT customer_id, tier, previous_tier, changed_at, orders, amount,
                amount_without_cost, refunded, expense, profit
            FROM tier_standing WHERE tier_run_id = $1 ORDER BY customer_id
            """,
            run
        ) { row throws(SQLiteError) in
            body(
                try TierSums(
                    position: Self.position(row),
                    orders: row[4],
                    amount: row[5],
                    amountWithoutCost: row[6],
                    refunded: row[7],
                    expense: row[8],
                    profit: row[9]
                )
            )
        }
    }

    private static func purchases(_ row: borrowing Row) throws(SQLiteError) -> TierPurchases {
        try TierPurchases(
            customer: row[0],
            orders: row[1],
            amount: row[2],
            cost: row[3],
            amountWithoutCost: row[4]
        )
    }

    /// The tiers that a run found, by ascending customer id.
    func forEachPosition(
        of run: ID<TierRun>,
        in snapshot: Snapshot,
        _ body: (TierPosition) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT customer_id, tier, previous_tier, changed_at FROM tier_standing
            WHERE tier_run_id = $1 ORDER BY customer_id
            """,
            run
        ) { row throws(SQLiteError) in body(try Self.position(row)) }
    }

    private static func position(_ row: borrowing Row) throws(SQLiteError) -> TierPosition {
        try TierPosition(
            customer: row[0],
            tier: row[1],
            previousTier: row[2],
            changedAt: row[3]
        )
    }

    /// Writes standings down, by ascending customer id.
    func insert(
        _ entries: ArraySlice<TierEntry>,
        of run: ID<TierRun>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try Self.standings.insert(entries.indices, of: run, in: transaction) { index, row in
            let entry = entries[index]
            row.append(entry.customer.stored)
            row.append(entry.tier.stored)
            row.append(entry.abc.stored)
            row.append(Int64(entry.orders).stored)
            row.append(entry.amount.stored)
            row.append(entry.amountWithoutCost.stored)
            row.append(entry.profit.stored)
            row.append(entry.cumulativeProfit.stored)
            row.append(Int64(entry.rank).stored)
            row.append(entry.previousTier.stored)
            row.append(entry.changedAt.stored)
            row.append(entry.refunded.stored)
            row.append(entry.expense.stored)
            row.append((entry.attitude?.attitude).stored)
            row.append((entry.attitude?.share.bought).stored)
            row.append((entry.attitude?.share.need).stored)
            row.append((entry.attitude?.switchedAt).stored)
            row.append(entry.isEarlyAdopter.stored)
            row.append(entry.stage.stored)
        }
    }

    private static let standings = TierRows(
        of: "tier_standing",
        [
            "customer_id", "tier", "abc", "orders", "amount", "amount_without_cost", "profit",
            "cumulative_profit", "rank", "previous_tier", "changed_at", "refunded", "expense",
            "attitude", "category_bought", "category_need", "switched_at", "early_adopter",
            "stage",
        ]
    )

    /// Writes down who has which rank, from a rank on.
    func insert(
        _ customers: ArraySlice<ID<Customer>>,
        from first: Int,
        of run: ID<TierRun>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try Self.ranks.insert(customers.indices, of: run, in: transaction) { index, row in
            row.append((first + index - customers.startIndex).stored)
            row.append(customers[index].stored)
        }
    }

    private static let ranks = TierRows(of: "tier_rank", ["rank", "customer_id"])

    /// Deletes some of a run's standings and ranks, and tells how many of what there is more.
    func delete(
        atMost limit: Int,
        of run: ID<TierRun>,
        in transaction: Transaction
    ) throws(SQLiteError) -> Int {
        let standings = try transaction.run(
            """
            DELETE FROM tier_standing WHERE tier_run_id = $1 AND customer_id IN (
                SELECT customer_id FROM tier_standing WHERE tier_run_id = $1
                ORDER BY customer_id LIMIT $2)
            """,
            run,
            limit
        )
        let ranks = try transaction.run(
            """
            DELETE FROM tier_rank WHERE tier_run_id = $1 AND rank IN (
                SELECT rank FROM tier_rank WHERE tier_run_id = $1 ORDER BY rank LIMIT $2)
            """,
            run,
            limit
        )
        return max(standings, ranks)
    }
}

/// Rows of a run for one of its tables, inserted so many with a statement.
///
/// Measured: a million ranks take half of the time that they take one by one.
private struct TierRows: Sendable {
    private static let countAtOnce = 50

    private let head: String
    private let columnCount: Int
    private let full: String

    /// The columns behind `tier_run_id`.
    init(of table: String, _ columns: [String]) {
        head = "INSERT INTO \(table) (tier_run_id, \(columns.joined(separator: ", "))) VALUES "
        columnCount = columns.count
        full = head + Self.places(for: Self.countAtOnce, of: columnCount)
    }

    /// `append` is handed each index, and adds the values of its row behind the run.
    func insert(
        _ indices: Range<Int>,
        of run: ID<TierRun>,
        in transaction: Transaction,
        append: (Int, inout [StoredValue]) -> Void
    ) throws(SQLiteError) {
        var values: [StoredValue] = []
        values.reserveCapacity(1 + Self.countAtOnce * columnCount)
        var start = indices.lowerBound
        while start < indices.upperBound {
            let end = min(start + Self.countAtOnce, indices.upperBound)
            values.removeAll(keepingCapacity: true)
            values.append(run.stored)
            for index in start..<end { append(index, &values) }
            let isFull = end - start == Self.countAtOnce
            let sql = isFull ? full : head + Self.places(for: end - start, of: columnCount)
            try transaction.run(sql, values: values)
            start = end
        }
    }

    /// Each row begins with the run, which is bound once, as `$1`.
    private static func places(for rows: Int, of columns: Int) -> String {
        (0..<rows)
            .map { row in
                let places = (0..<columns).map { "$\(2 + row * columns + $0)" }
                return "($1, \(places.joined(separator: ", ")))"
            }
            .joined(separator: ", ")
    }
}

/// A question about a window, asked of all customers or of one.
private struct WindowQuery: Sendable {
    private let ofAll: String
    private let ofAllBounded: String
    private let ofOne: String

    /// The text has the window's start as `$1` and its end as `$2`; it is handed what to add to its
    /// conditions, by the name of the customer's column, and what adds up an amount.
    init(_ text: (_ condition: (String) -> String, _ sum: (String) -> String) -> String) {
        ofAll = text({ _ in "" }, { "cast(sum(\($0)) AS bigint)" })
        ofAllBounded = text({ _ in "" }, boundedSum)
        ofOne = text({ column in " AND \(column) = $3" }, boundedSum)
    }

    func forEach(
        of customers: TierStore.Customers,
        from start: Instant,
        until end: Instant,
        in snapshot: Snapshot,
        _ body: (borrowing Row) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        switch customers {
        case .all: try snapshot.forEach(ofAll, start, end, row: body)
        case .allBounded: try snapshot.forEach(ofAllBounded, start, end, row: body)
        case .one(let id): try snapshot.forEach(ofOne, start, end, id, row: body)
        }
    }
}
