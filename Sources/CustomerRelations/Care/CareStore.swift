// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct CareStore: Sendable {
    /// The policy that was in force at an instant; the first one before it was put in force, too.
    func policy(asOf: Instant, in snapshot: Snapshot) throws(SQLiteError) -> CarePolicy? {
        struct Head {
            let version: Int
            let gap: Share
            let growth: Share
            let days: Int
            let repeats: Share
            let cost: Money
            let createdAt: Instant
        }
        let head = try snapshot.first(
            """
            SELECT id, least_gap, least_growth, overdue_days, least_repeats, keeping_cost,
                created_at
            FROM care_policy WHERE created_at <= $1 OR id = 1 ORDER BY id DESC LIMIT 1
            """,
            asOf
        ) { row throws(SQLiteError) in
            try Head(
                version: row[0],
                gap: row[1],
                growth: row[2],
                days: row[3],
                repeats: row[4],
                cost: row[5],
                createdAt: row[6]
            )
        }
        guard let head else { return nil }
        return CarePolicy(
            version: head.version,
            rules: CareRules(
                leastGap: head.gap,
                leastGrowth: head.growth,
                overdueDays: head.days,
                leastRepeats: head.repeats,
                keepingCost: head.cost,
                terms: try terms(of: head.version, in: snapshot)
            ),
            createdAt: head.createdAt
        )
    }

    /// The words for tiers and potential sort as they rank.
    private func terms(
        of version: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [CareTerms] {
        try snapshot.all(
            """
            SELECT tier, potential, programme, channel, service_hours, contacts_per_year,
                promotion_budget, prepayment
            FROM care_terms WHERE care_policy_id = $1 ORDER BY tier, potential
            """,
            version
        ) { row throws(SQLiteError) in
            try CareTerms(
                tier: row[0],
                potential: row[1],
                programme: row[2],
                channel: row[3],
                serviceHours: row[4],
                contactsPerYear: row[5],
                promotionBudget: row[6],
                isPrepaid: row[7]
            )
        }
    }

    func insert(
        _ rules: CareRules,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        let version = try transaction.insert(
            """
            INSERT INTO care_policy (least_gap, least_growth, overdue_days, least_repeats,
                keeping_cost, created_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            rules.leastGap,
            rules.leastGrowth,
            rules.overdueDays,
            rules.leastRepeats,
            rules.keepingCost,
            now
        )
        guard let version else { return }
        for terms in rules.terms {
            try transaction.run(
                """
                INSERT INTO care_terms (care_policy_id, tier, potential, programme, channel,
                    service_hours, contacts_per_year, promotion_budget, prepayment)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """,
                version,
                terms.tier,
                terms.potential,
                terms.programme,
                terms.channel,
                terms.serviceHours,
                terms.contactsPerYear,
                terms.promotionBudget,
                terms.isPrepaid
            )
        }
    }
}

// MARK: - Customers

extension CareStore {
    /// What a customer bought in a window, but for what had been cancelled by an instant, less what it
    /// was given back in the window.
    func bought(
        by customer: ID<Customer>,
        from start: Instant,
        until end: Instant,
        asOf: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Money {
        try snapshot.first(
            """
            SELECT coalesce((SELECT \(boundedSum("o.total")) FROM customer_order o
                    WHERE o.customer_id = $1 AND o.placed_at >= $2 AND o.placed_at < $3
                        AND (o.cancelled_at IS NULL OR o.cancelled_at >= $4)), 0)
                + coalesce((SELECT \(boundedSum("r.amount"))
                    FROM customer_order o JOIN refund r ON r.order_id = o.id
                    WHERE o.customer_id = $1 AND r.refunded_at >= $2 AND r.refunded_at < $3
                        AND r.kind = 'refund'), 0)
            """,
            customer,
            start,
            end,
            asOf
        ) { row throws(SQLiteError) in try row[0] } ?? .zero
    }

    /// What was spent on a customer in a window, but for what was taken back by its end.
    func spent(
        on customer: ID<Customer>,
        from start: Instant,
        until end: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Money {
        try snapshot.first(
            """
            SELECT coalesce(\(boundedSum("amount")), 0) FROM expense
            WHERE customer_id = $1 AND spent_at >= $2 AND spent_at < $3
                AND (reversed_at IS NULL OR reversed_at < $3)
            """,
            customer,
            start,
            end
        ) { row throws(SQLiteError) in try row[0] } ?? .zero
    }

    /// How a customer had paid, by an instant, what it ordered on credit and what was due.
    ///
    /// Counted is what it ordered since another instant, or ever if it was not paid; what is overdue was
    /// due before a third one.
    func payments(
        by customer: ID<Customer>,
        from start: Instant,
        until end: Instant,
        overdueBefore bound: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> PaymentRecord {
        let overdue = """
            CASE WHEN i.settled_at IS NULL AND i.due_at < $4 AND i.open > 0 THEN i.open ELSE 0 END
            """
        let record = try snapshot.first(
            """
            SELECT count(*),
                coalesce(cast(sum(CASE WHEN i.settled_at IS NULL OR i.settled_at > i.due_at
                    THEN 1 ELSE 0 END) AS bigint), 0),
                coalesce(\(boundedSum(overdue)), 0),
                min(CASE WHEN i.settled_at IS NULL AND i.due_at < $4 AND i.open > 0
                    THEN i.due_at END)
            FROM (SELECT o.placed_at, o.due_at,
                    CASE WHEN o.paid_at < $3 THEN o.paid_at END AS settled_at,
                    o.total - coalesce((SELECT \(boundedSum("p.amount")) FROM payment p
                        WHERE p.order_id = o.id AND p.paid_at < $3), 0)
                    + coalesce((SELECT \(boundedSum("r.amount")) FROM refund r
                        WHERE r.order_id = o.id AND r.refunded_at < $3), 0) AS open
                FROM customer_order o
                WHERE o.customer_id = $1 AND o.placed_at < $3
                    AND (o.placed_at >= $2 OR o.paid_at IS NULL OR o.paid_at >= $3)
                    AND o.terms = 'credit' AND o.due_at < $3
                    AND (o.cancelled_at IS NULL OR o.cancelled_at >= $3)) i
            WHERE i.placed_at >= $2 OR i.open > 0
            """,
            customer,
            start,
            end,
            bound
        ) { row throws(SQLiteError) in
            try PaymentRecord(invoices: row[0], late: row[1], overdue: row[2], overdueSince: row[3])
        }
        return record ?? PaymentRecord(invoices: 0, late: 0, overdue: .zero, overdueSince: nil)
    }
}
