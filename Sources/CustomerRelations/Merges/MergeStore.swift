// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct MergeStore: Sendable {
    /// Of whom a customer has become part; nil if of none.
    func successor(
        of id: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<Customer>? {
        try snapshot.first(
            "SELECT customer_id FROM customer_merge WHERE duplicate_id = $1 AND undone_at IS NULL",
            id
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The customer that stands for one, through however many merges: itself, if it was not merged.
    func kept(
        _ id: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<Customer> {
        var kept = id
        while let next = try successor(of: kept, in: snapshot) { kept = next }
        return kept
    }

    /// The same of a customer that may not be named.
    func kept(
        of id: ID<Customer>?,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<Customer>? {
        guard let id else { return nil }
        return try kept(id, in: snapshot)
    }

    /// Whether anyone was merged.
    func hasMerges(in snapshot: Snapshot) throws(SQLiteError) -> Bool {
        try snapshot.first(
            "SELECT id FROM customer_merge ORDER BY id LIMIT 1"
        ) { row throws(SQLiteError) in try row[0] as Int64 } != nil
    }

    /// The names and external ids of those who have become part of a customer.
    func aliases(
        of id: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [String] {
        var aliases: [String] = []
        var parts: [ID<Customer>] = []
        try snapshot.forEach(
            """
            SELECT c.id, c.name, c.external_id
            FROM customer_merge m JOIN customer c ON c.id = m.duplicate_id
            WHERE m.customer_id = $1 AND m.undone_at IS NULL ORDER BY m.id
            """,
            id
        ) { row throws(SQLiteError) in
            parts.append(try row[0])
            aliases.append(try row[1])
            if let externalID: String = try row[2] { aliases.append(externalID) }
        }
        for part in parts { aliases += try self.aliases(of: part, in: snapshot) }
        return aliases
    }
}

extension PagedSelect {
    /// Adds a condition that a row is a customer's, if there is one, or of whom it has become part.
    mutating func filter(
        _ column: String,
        of customer: ID<Customer>?,
        in snapshot: Snapshot
    ) throws(SQLiteError) {
        filter("\(column) = $?", try MergeStore().kept(of: customer, in: snapshot))
    }
}

// MARK: - Merges

extension MergeStore {
    private static let columns = """
        m.id, m.customer_id, m.duplicate_id, c.name, m.actor, m.merged_at, m.undone_at
        """

    private static let source = "customer_merge m JOIN customer c ON c.id = m.duplicate_id"

    /// The merges into a customer, those that were undone among them.
    func page(
        of customer: ID<Customer>,
        _ request: PageRequest<MergeSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<CustomerMerge> {
        var select = PagedSelect(Self.columns, from: Self.source)
        select.filter("m.customer_id = $?", customer)
        return try select.page(request, key: ["m.id"], in: snapshot) { row throws(SQLiteError) in
            try merge(row, in: snapshot)
        } keyOf: { merge in
            [merge.id.stored]
        }
    }

    /// The merge by which a customer has become part of another.
    func find(
        of duplicate: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> CustomerMerge? {
        try snapshot.first(
            """
            SELECT \(Self.columns) FROM \(Self.source)
            WHERE m.duplicate_id = $1 AND m.undone_at IS NULL
            """,
            duplicate
        ) { row throws(SQLiteError) in try merge(row, in: snapshot) }
    }

    /// The merges into a customer that hold, in their order.
    func all(
        into customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [CustomerMerge] {
        try snapshot.all(
            """
            SELECT \(Self.columns) FROM \(Self.source)
            WHERE m.customer_id = $1 AND m.undone_at IS NULL ORDER BY m.id
            """,
            customer
        ) { row throws(SQLiteError) in try merge(row, in: snapshot) }
    }

    private func merge(
        _ row: borrowing Row,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> CustomerMerge {
        let id: ID<CustomerMerge> = try row[0]
        var moved: [String: Int] = [:]
        try snapshot.forEach(
            """
            SELECT table_name, count(*) FROM customer_merge_row WHERE customer_merge_id = $1
            GROUP BY table_name
            """,
            id
        ) { row throws(SQLiteError) in moved[try row[0]] = try row[1] }
        return try CustomerMerge(
            id: id,
            customerID: row[1],
            duplicateID: row[2],
            duplicateName: row[3],
            actor: row[4],
            mergedAt: row[5],
            undoneAt: row[6],
            moved: moved
        )
    }

    func insert(
        _ duplicate: ID<Customer>,
        into customer: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<CustomerMerge>? {
        let id = try transaction.insert(
            """
            INSERT INTO customer_merge (customer_id, duplicate_id, manager_assignment_id, tier_run_id,
                actor, merged_at)
            VALUES ($1, $2,
                (SELECT id FROM manager_assignment WHERE customer_id = $2 AND ended_at IS NULL),
                coalesce(
                    (SELECT s.tier_run_id FROM tier_standing s
                        WHERE s.customer_id = $2 AND s.tier_run_id = \(TierStore.currentRun)),
                    \(Self.runBeforeParting)),
                $3, $4)
            """,
            customer,
            duplicate,
            occasion.actor,
            occasion.at
        )
        return id.map { ID(rawValue: $0) }
    }

    /// The run that ranked the customer `$2` last before it was merged and parted again.
    private static let runBeforeParting = """
        (SELECT m.tier_run_id FROM customer_merge m
            WHERE m.duplicate_id = $2 AND m.undone_at IS NOT NULL
            ORDER BY m.id DESC NULLS LAST LIMIT 1)
        """

    /// The run that ranked a customer last before it was merged and parted again; nil if it never
    /// was.
    func runBeforeParting(
        of id: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<TierRun>? {
        try snapshot.first(
            """
            SELECT m.tier_run_id FROM customer_merge m
            WHERE m.duplicate_id = $1 AND m.undone_at IS NOT NULL ORDER BY m.id DESC LIMIT 1
            """,
            id
        ) { row throws(SQLiteError) in try row[0] as ID<TierRun>? } ?? nil
    }

    /// Of those who have become part of a customer, the one whose external id it took over.
    func giver(
        of externalID: String,
        to customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<Customer>? {
        try snapshot.first(
            """
            SELECT m.duplicate_id FROM customer_merge m
            JOIN customer_merge_value v ON v.customer_merge_id = m.id
                AND v.member = 'external-id' AND v.value = $2
            WHERE m.customer_id = $1 AND m.undone_at IS NULL ORDER BY m.id LIMIT 1
            """,
            customer,
            externalID
        ) { row throws(SQLiteError) in try row[0] }
    }

    func undo(
        _ id: ID<CustomerMerge>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run("UPDATE customer_merge SET undone_at = $2 WHERE id = $1", id, now)
    }
}

// MARK: - What moves

extension MergeStore {
    /// Moves every row of the duplicate, and notes which.
    func move(
        _ merge: ID<CustomerMerge>,
        from duplicate: ID<Customer>,
        to customer: ID<Customer>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        for table in MergedTable.all {
            try transaction.run(
                """
                INSERT INTO customer_merge_row (customer_merge_id, table_name, row_id)
                SELECT $1, '\(table.key)', t.id FROM \(table.name) t
                WHERE t.\(table.column) = $2 AND $3 <> $2\(Self.isSingle(table))
                """,
                merge,
                duplicate,
                customer
            )
            try hand(table, of: merge, from: duplicate, to: customer, at: now, in: transaction)
        }
    }

    /// Moves back the rows that moved with a merge and are still where it put them.
    func moveBack(
        _ merge: CustomerMerge,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        for table in MergedTable.all {
            try hand(
                table,
                of: merge.id,
                from: merge.customerID,
                to: merge.duplicateID,
                at: now,
                in: transaction
            )
        }
    }

    private func hand(
        _ table: MergedTable,
        of merge: ID<CustomerMerge>,
        from old: ID<Customer>,
        to new: ID<Customer>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        func isMoved(_ column: String) -> String {
            """
            \(column) IN (SELECT row_id FROM customer_merge_row
                WHERE customer_merge_id = $4 AND table_name = '\(table.key)')
            """
        }
        // What came later of a row goes with it, as no merge has noted it.
        let isFollower = table.follows.map { " OR \(isMoved($0))" } ?? ""
        try transaction.run(
            """
            UPDATE \(table.name) SET \(table.column) = $1\(table.stamp)
            WHERE \(table.column) = $2 AND $3 > 0
                AND (\(isMoved("id"))\(isFollower))
            """,
            new,
            old,
            now,
            merge
        )
    }

    /// Notes what a merge did to a record beside moving it, so that it can be taken back.
    func note(
        _ row: Int64,
        as deed: MergeDeed,
        of merge: ID<CustomerMerge>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO customer_merge_row (customer_merge_id, table_name, row_id)
            VALUES ($1, $2, $3)
            ON CONFLICT (customer_merge_id, table_name, row_id) DO NOTHING
            """,
            merge,
            deed,
            row
        )
    }

    /// The records to which a merge did something, in their order.
    func rows(
        _ deed: MergeDeed,
        of merge: ID<CustomerMerge>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT row_id FROM customer_merge_row
            WHERE customer_merge_id = $1 AND table_name = $2 ORDER BY row_id
            """,
            merge,
            deed
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// What the kept one, `$3`, has already stays, and a link that would lead to itself.
    private static func isSingle(_ table: MergedTable) -> String {
        let (rival, itself) =
            switch table.key {
            case "chain_link.from_id":
                ("k.to_id = t.to_id AND k.kind = t.kind", " AND t.to_id <> $3")
            case "chain_link.to_id":
                ("k.from_id = t.from_id AND k.kind = t.kind", " AND t.from_id <> $3")
            case "plan": ("k.starts_at < t.ends_at AND k.ends_at > t.starts_at", "")
            case "category_spend":
                (
                    "k.category = t.category AND k.source = t.source AND k.as_of = t.as_of", ""
                )
            case "cumulative_prompt": ("k.amount = t.amount", "")
            default: ("", "")
            }
        guard !rival.isEmpty else { return "" }
        return """
            \(itself) AND NOT EXISTS (SELECT 1 FROM \(table.name) k
                WHERE k.\(table.column) = $3 AND \(rival))
            """
    }

    /// Has whoever looked after the duplicate do so again, unless someone of them has left.
    func reopenAssignment(
        of merge: ID<CustomerMerge>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE manager_assignment SET ended_at = NULL
            WHERE id = (SELECT manager_assignment_id FROM customer_merge WHERE id = $1)
                AND NOT EXISTS (SELECT 1 FROM staff s WHERE s.archived_at IS NOT NULL
                    AND s.id IN (manager_assignment.manager_id, manager_assignment.deputy_id))
            """,
            merge
        )
    }

    func insert(
        _ values: [MergedValue],
        of merge: ID<CustomerMerge>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        for value in values {
            try transaction.run(
                """
                INSERT INTO customer_merge_value (customer_merge_id, member, value)
                VALUES ($1, $2, $3)
                ON CONFLICT (customer_merge_id, member, value) DO NOTHING
                """,
                merge,
                value.member,
                value.value
            )
        }
    }

    func values(
        of merge: ID<CustomerMerge>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [MergedValue] {
        try snapshot.all(
            """
            SELECT member, value FROM customer_merge_value WHERE customer_merge_id = $1
            ORDER BY member, value
            """,
            merge
        ) { row throws(SQLiteError) in MergedValue(try row[0], try row[1]) }
    }
}
