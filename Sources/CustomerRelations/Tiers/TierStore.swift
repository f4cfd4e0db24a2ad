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
    /// Ranges of ids, in order, in which all customers lie, of so many ids each at most, unless there
    /// would be more than a thousand.
    func ranges(
        of size: Int64,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ClosedRange<ID<Customer>>] {
        let ids: [Int64] = try snapshot.all(
            """
            SELECT id FROM customer WHERE id = (SELECT min(id) FROM customer)
                OR id = (SELECT max(id) FROM customer)
            ORDER BY id
            """
        ) { row throws(SQLiteError) in try row[0] }
        guard var start = ids.first, let last = ids.last else { return [] }
        let width = max(size, (last - start) / 1_000 + 1)
        var ranges: [ClosedRange<ID<Customer>>] = []
        while last - start >= width {
            ranges.append(ID(rawValue: start)...ID(rawValue: start + width - 1))
            start += width
        }
        return ranges + [ID(rawValue: start)...ID(rawValue: last)]
    }

    /// An upper bound of the customers that a run ranks.
    func countCustomers(in snapshot: Snapshot) throws(SQLiteError) -> Int {
        try snapshot.first("SELECT count(*) FROM customer") { row throws(SQLiteError) in
            try row[0]
        } ?? 0
    }

    /// The customers of a range that are not archived, by ascending id.
    func forEachCustomer(
        of customers: ClosedRange<ID<Customer>>,
        in snapshot: Snapshot,
        _ body: (ID<Customer>) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            "SELECT id FROM customer WHERE archived_at IS NULL AND id >= $1 AND id <= $2 ORDER BY id",
            customers.lowerBound,
            customers.upperBound
        ) { row throws(SQLiteError) in body(try row[0]) }
    }

    /// The sums of each customer's orders in the window, by ascending customer id.
    ///
    /// One pass over the index of customers, which holds all that is asked: the plus signs keep
    /// the index of dates away, by which the rows would have to be fetched and sorted.
    func forEachPurchases(
        of customers: ClosedRange<ID<Customer>>,
        from start: Instant,
        until end: Instant,
        in snapshot: Snapshot,
        _ body: (TierPurchases) -> Void
    ) throws(SQLiteError) {
        try addUp(Self.purchases, of: customers, from: start, until: end, in: snapshot, body)
    }

    private static let purchases = """
        SELECT customer_id, total, cost FROM customer_order
        WHERE +placed_at >= $1 AND +placed_at < $2 AND customer_id >= $3 AND customer_id <= $4
        ORDER BY customer_id
        """

    /// The sums of each customer's orders in the window that had been cancelled by its end, by
    /// ascending customer id; they are among what `forEachPurchases` tells.
    func forEachCancelled(
        of customers: ClosedRange<ID<Customer>>,
        from start: Instant,
        until end: Instant,
        in snapshot: Snapshot,
        _ body: (TierPurchases) -> Void
    ) throws(SQLiteError) {
        try addUp(Self.cancelled, of: customers, from: start, until: end, in: snapshot, body)
    }

    /// Hands over the sums of the orders that a statement finds, by customer.
    private func addUp(
        _ sql: String,
        of customers: ClosedRange<ID<Customer>>,
        from start: Instant,
        until end: Instant,
        in snapshot: Snapshot,
        _ body: (TierPurchases) -> Void
    ) throws(SQLiteError) {
        let (first, last) = (customers.lowerBound, customers.upperBound)
        var adding = Adding()
        try snapshot.forEach(sql, start, end, first, last) { row throws(SQLiteError) in
            try adding.add(row, body)
        }
        adding.end(body)
    }

    private static let cancelled = """
        SELECT customer_id, total, cost FROM customer_order
        WHERE cancelled_at < $2 AND +placed_at >= $1 AND +placed_at < $2
            AND customer_id >= $3 AND customer_id <= $4
        ORDER BY customer_id
        """

    /// The sums of what was refunded to one customer in the window, or to each by ascending id, whenever
    /// the orders were placed; with the signs that refunds have.
    func forEachRefunds(
        of customer: ID<Customer>? = nil,
        from start: Instant,
        until end: Instant,
        in snapshot: Snapshot,
        _ body: (TierPurchases) -> Void
    ) throws(SQLiteError) {
        var adding = Adding()
        if let customer {
            try snapshot.forEach(Self.refundsOfOne, start, end, customer) {
                row throws(SQLiteError) in try adding.add(row, body)
            }
        } else {
            try snapshot.forEach(Self.refundsOfAll, start, end) { row throws(SQLiteError) in
                try adding.add(row, body)
            }
        }
        adding.end(body)
    }

    private static func refunds(_ condition: String) -> String {
        """
        SELECT o.customer_id, r.amount, r.cost
        FROM refund r JOIN customer_order o ON o.id = r.order_id
        WHERE r.refunded_at >= $1 AND r.refunded_at < $2 AND r.kind = 'refund'\(condition)
        ORDER BY o.customer_id
        """
    }

    private static let refundsOfAll = refunds("")
    private static let refundsOfOne = refunds(" AND o.customer_id = $3")

    /// The sum of what was spent on each customer in the window, but for what was taken back by its end,
    /// by ascending customer id.
    func forEachExpense(
        of customers: ClosedRange<ID<Customer>>,
        from start: Instant,
        until end: Instant,
        in snapshot: Snapshot,
        _ body: (ID<Customer>, Int64) -> Void
    ) throws(SQLiteError) {
        let (first, last) = (customers.lowerBound, customers.upperBound)
        var adding = Adding()
        func sum(_ spent: TierPurchases) { body(spent.customer, spent.amount) }
        try snapshot.forEach(Self.expenses, start, end, first, last) { row throws(SQLiteError) in
            try adding.add(row, sum)
        }
        adding.end(sum)
    }

    private static let expenses = """
        SELECT customer_id, amount, NULL FROM expense
        WHERE +spent_at >= $1 AND +spent_at < $2 AND (+reversed_at IS NULL OR +reversed_at < $2)
            AND customer_id >= $3 AND customer_id <= $4
        ORDER BY customer_id
        """

    /// Adds up rows that come by customer, each sum up to `sumBound`: in SQL that takes nearly twice as
    /// long.
    private struct Adding {
        private var customer: ID<Customer>?
        private var rows = 0
        private var amount: Int128 = 0
        private var cost: Int128 = 0
        private var amountWithoutCost: Int128 = 0

        /// Takes a customer, an amount and its cost, and hands over the sums of the one before.
        mutating func add(
            _ row: borrowing Row,
            _ body: (TierPurchases) -> Void
        ) throws(SQLiteError) {
            let next: ID<Customer> = try row[0]
            if next != customer {
                end(body)
                self = Adding()
                customer = next
            }
            let (rowAmount, rowCost): (Int64, Int64?) = (try row[1], try row[2])
            rows += 1
            amount += Int128(rowAmount)
            if let rowCost {
                cost += Int128(rowCost)
            } else {
                amountWithoutCost += Int128(rowAmount)
            }
        }

        /// Hands over the sums of the last customer.
        func end(_ body: (TierPurchases) -> Void) {
            guard let customer else { return }
            body(
                TierPurchases(
                    customer: customer,
                    orders: rows,
                    amount: Self.bounded(amount),
                    cost: Self.bounded(cost),
                    amountWithoutCost: Self.bounded(amountWithoutCost)
                )
            )
        }

        private static func bounded(_ sum: Int128) -> Int64 {
            let bound = Int128(sumBound)
            return Int64(clamping: max(-bound, min(bound, sum)))
        }
    }

    /// Hands over where each customer stands in a run, by ascending id.
    func forEachPlace(
        of run: ID<TierRun>,
        in snapshot: Snapshot,
        _ body: (TierPlace) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT customer_id, tier, previous_tier, changed_at, abc, rank, cumulative_profit
            FROM tier_standing WHERE tier_run_id = $1 ORDER BY customer_id
            """,
            run
        ) { row throws(SQLiteError) in
            body(
                try TierPlace(
                    position: Self.position(row),
                    abc: row[4],
                    rank: row[5],
                    cumulativeProfit: row[6]
                )
            )
        }
    }

    /// What a run found by orders, refunds and expenses alone, by ascending customer id.
    func forEachSums(
        of run: ID<TierRun>,
        _ customers: ClosedRange<ID<Customer>>,
        in snapshot: Snapshot,
        _ body: (TierSums) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT customer_id, tier, previous_tier, changed_at, orders, amount,
                amount_without_cost, refunded, expense, profit
            FROM tier_standing WHERE tier_run_id = $1 AND customer_id >= $2 AND customer_id <= $3
            ORDER BY customer_id
            """,
            run,
            customers.lowerBound,
            customers.upperBound
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

    /// The tiers that a run found, by ascending customer id.
    func forEachPosition(
        of run: ID<TierRun>,
        _ customers: ClosedRange<ID<Customer>>,
        in snapshot: Snapshot,
        _ body: (TierPosition) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT customer_id, tier, previous_tier, changed_at FROM tier_standing
            WHERE tier_run_id = $1 AND customer_id >= $2 AND customer_id <= $3
            ORDER BY customer_id
            """,
            run,
            customers.lowerBound,
            customers.upperBound
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
        try Self.standings.insert(entries.indices, of: run, in: transaction) {
            index,
            row throws(SQLiteError) in
            let entry = entries[index]
            try row.append(entry.customer)
            try row.append(entry.tier)
            try row.append(entry.abc)
            try row.append(Int64(entry.orders))
            try row.append(entry.amount)
            try row.append(entry.amountWithoutCost)
            try row.append(entry.profit)
            try row.append(entry.cumulativeProfit)
            try row.append(Int64(entry.rank))
            try row.append(entry.previousTier)
            try row.append(entry.changedAt)
            try row.append(entry.refunded)
            try row.append(entry.expense)
            try row.append(entry.attitude?.attitude)
            try row.append(entry.attitude?.share.bought)
            try row.append(entry.attitude?.share.need)
            try row.append(entry.attitude?.switchedAt)
            try row.append(entry.isEarlyAdopter)
            try row.append(entry.stage)
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
        try Self.ranks.insert(customers.indices, of: run, in: transaction) {
            index,
            row throws(SQLiteError) in
            try row.append(first + index - customers.startIndex)
            try row.append(customers[index])
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
        append: (Int, inout Parameters) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        let starts = stride(from: indices.lowerBound, to: indices.upperBound, by: Self.countAtOnce)
        // The writer's thread writes for two milliseconds before it looks whether others wait.
        for start in starts.givingWay(every: 1) {
            let end = min(start + Self.countAtOnce, indices.upperBound)
            let isFull = end - start == Self.countAtOnce
            let sql = isFull ? full : head + Self.places(for: end - start, of: columnCount)
            try transaction.run(sql) { parameters throws(SQLiteError) in
                try parameters.append(run)
                for index in start..<end { try append(index, &parameters) }
            }
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
