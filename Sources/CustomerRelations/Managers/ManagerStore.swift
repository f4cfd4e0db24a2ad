// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct ManagerStore: Sendable {
    /// The columns that `assignment(_:)` reads, of `manager_assignment AS m`.
    private static let columns = """
        m.id, m.customer_id, m.manager_id, m.deputy_id, m.reason, m.actor, m.begun_at, m.ended_at
        """

    /// Who looks after a customer now.
    func active(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ManagerAssignment? {
        try snapshot.first(
            """
            SELECT \(Self.columns) FROM manager_assignment m
            WHERE m.customer_id = $1 AND m.ended_at IS NULL
            """,
            customer,
            read: Self.assignment
        )
    }

    /// All who look after it, or did.
    func page(
        of customer: ID<Customer>,
        _ request: PageRequest<ManagerSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<ManagerAssignment> {
        var select = PagedSelect(Self.columns, from: "manager_assignment m")
        select.filter("m.customer_id = $?", customer)
        return try select.page(
            request,
            key: ["m.id"],
            in: snapshot,
            read: Self.assignment,
            keyOf: { [$0.id.stored] }
        )
    }

    func insert(
        _ new: NewManagerAssignment,
        of customer: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try end(of: customer, at: occasion.at, in: transaction)
        try transaction.run(
            """
            INSERT INTO manager_assignment (customer_id, manager_id, deputy_id, reason, actor,
                begun_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            customer,
            new.pair.managerID,
            new.pair.deputyID,
            new.reason,
            occasion.actor,
            occasion.at
        )
    }

    /// Ends the assignment of a customer, if there is one.
    func end(
        of customer: ID<Customer>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE manager_assignment SET ended_at = $2 WHERE customer_id = $1 AND ended_at IS NULL
            """,
            customer,
            now
        )
    }

    private static func assignment(
        _ row: borrowing Row
    ) throws(SQLiteError) -> ManagerAssignment {
        try ManagerAssignment(
            id: row[0],
            customerID: row[1],
            pair: ManagerPair(managerID: row[2], deputyID: row[3]),
            reason: row[4],
            actor: row[5],
            begunAt: row[6],
            endedAt: row[7]
        )
    }
}

// MARK: - Reports

extension ManagerStore {
    /// The key customers and those of class A, by the tiers in force, who lack someone.
    func gaps(
        _ filter: CoverageFilter,
        _ request: PageRequest<CoverageSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<CoverageGap> {
        var select = PagedSelect(
            "s.customer_id, c.name, s.tier, s.abc, p.rank, c.owner_id, m.manager_id",
            from: """
                \(TierStore.standingsByRank) JOIN customer c ON c.id = s.customer_id
                LEFT JOIN manager_assignment m
                    ON m.customer_id = s.customer_id AND m.ended_at IS NULL
                """
        )
        select.filter("p.tier_run_id = \(TierStore.currentRun)")
        select.filter("(s.tier = 'key' OR s.abc = 'A')")
        select.filter("c.archived_at IS NULL")
        // Who has no manager has no deputy either.
        select.filter(filter.lacks == .manager ? "m.manager_id IS NULL" : "m.deputy_id IS NULL")
        return try select.page(request, key: ["p.rank"], in: snapshot) {
            row throws(SQLiteError) in
            try CoverageGap(
                customer: CustomerReference(id: row[0], name: row[1], tier: row[2]),
                abc: row[3],
                rank: row[4],
                ownerID: row[5],
                managerID: row[6]
            )
        } keyOf: { gap in
            [gap.rank.stored]
        }
    }

    private static let loadColumns = """
        s.id, s.name, s.team_id,
        (SELECT count(*) FROM manager_assignment m
            WHERE m.manager_id = s.id AND m.ended_at IS NULL),
        (SELECT count(*) FROM manager_assignment m JOIN customer c ON c.id = m.customer_id
            WHERE m.manager_id = s.id AND m.ended_at IS NULL
                AND \(TierStore.tierOfCustomer) = 'key'),
        (SELECT count(*) FROM manager_assignment m
            WHERE m.deputy_id = s.id AND m.ended_at IS NULL),
        (SELECT count(*) FROM customer c WHERE c.owner_id = s.id AND c.archived_at IS NULL),
        (SELECT count(*) FROM complaint k WHERE k.assignee_id = s.id AND k.status <> 'closed')
        """

    /// What each person looks after, those with nothing among them.
    func loads(
        _ filter: ManagerLoadFilter,
        _ request: PageRequest<ManagerLoadSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<ManagerLoad> {
        var select = PagedSelect(Self.loadColumns, from: "staff s")
        select.filter("s.archived_at IS NULL")
        select.filter("s.team_id = $?", filter.teamID)
        return try select.page(
            request,
            key: ["s.id"],
            in: snapshot,
            read: Self.load,
            keyOf: { [$0.staffID.stored] }
        )
    }

    private static let loadByID = "SELECT \(loadColumns) FROM staff s WHERE s.id = $1"

    func load(
        of id: ID<StaffMember>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ManagerLoad? {
        try snapshot.first(Self.loadByID, id, read: Self.load)
    }

    private static func load(_ row: borrowing Row) throws(SQLiteError) -> ManagerLoad {
        try ManagerLoad(
            staffID: row[0],
            name: row[1],
            teamID: row[2],
            managed: row[3],
            managedKey: row[4],
            deputised: row[5],
            owned: row[6],
            openComplaints: row[7]
        )
    }
}

// MARK: - What a person has to do

extension ManagerStore {
    /// The customers whom a person looks after, as manager or as deputy: never both.
    func customers(
        inCareOf id: ID<StaffMember>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ID<Customer>] {
        try snapshot.all(
            """
            SELECT customer_id FROM manager_assignment WHERE manager_id = $1 AND ended_at IS NULL
            UNION ALL
            SELECT customer_id FROM manager_assignment WHERE deputy_id = $1 AND ended_at IS NULL
            """,
            id
        ) { row throws(SQLiteError) in try row[0] }
    }

    func customers(
        ownedBy id: ID<StaffMember>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ID<Customer>] {
        try snapshot.all(
            "SELECT id FROM customer WHERE owner_id = $1 AND archived_at IS NULL ORDER BY id",
            id
        ) { row throws(SQLiteError) in try row[0] }
    }

    func openComplaints(
        of id: ID<StaffMember>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ID<Complaint>] {
        try snapshot.all(
            "SELECT id FROM complaint WHERE assignee_id = $1 AND status <> 'closed' ORDER BY id",
            id
        ) { row throws(SQLiteError) in try row[0] }
    }
}
