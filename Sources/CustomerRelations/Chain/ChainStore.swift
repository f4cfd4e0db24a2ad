// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct ChainStore: Sendable {
    /// The columns that `link(_:)` reads, of `source`.
    private static let columns = """
        l.id, l.kind, a.id, a.name, \(tier("a")), a.role, b.id, b.name, \(tier("b")), b.role,
        l.created_at
        """

    private static let source = """
        chain_link l JOIN customer a ON a.id = l.from_id JOIN customer b ON b.id = l.to_id
        """

    private static func tier(_ alias: String) -> String {
        TierStore.tierOfCustomer.replacing("c.id", with: "\(alias).id")
    }

    private static let findByID = "SELECT \(columns) FROM \(source) WHERE l.id = $1"

    func find(_ id: ID<ChainLink>, in snapshot: Snapshot) throws(SQLiteError) -> ChainLink? {
        try snapshot.first(Self.findByID, id, read: Self.link)
    }

    func id(
        _ kind: ChainLink.Kind,
        from: ID<Customer>,
        to: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<ChainLink>? {
        try snapshot.first(
            "SELECT id FROM chain_link WHERE from_id = $1 AND kind = $2 AND to_id = $3",
            from,
            kind,
            to
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The links of a customer in either direction, to those who are there.
    func page(
        of customer: ID<Customer>,
        _ filter: ChainLinkFilter,
        _ request: PageRequest<ChainLinkSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<ChainLink> {
        var select = PagedSelect(Self.columns, from: Self.source)
        select.filter("(l.from_id = $? OR l.to_id = $?)", customer)
        select.filter("a.archived_at IS NULL AND b.archived_at IS NULL")
        select.filter("l.kind = $?", filter.kind)
        return try select.page(
            request,
            key: ["l.id"],
            in: snapshot,
            read: Self.link,
            keyOf: { [$0.id.stored] }
        )
    }

    /// The links of a customer in one direction, those that buy before those that serve.
    func links(
        of customer: ID<Customer>,
        isUp: Bool,
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ChainLink] {
        // Up is through whom it buys, and who serves it.
        try snapshot.all(
            isUp ? Self.findUp : Self.findDown,
            customer,
            limit,
            read: Self.link
        )
    }

    private static let findUp = """
        SELECT \(columns) FROM \(source)
        WHERE a.archived_at IS NULL AND b.archived_at IS NULL
            AND ((l.from_id = $1 AND l.kind = 'buys-through')
                OR (l.to_id = $1 AND l.kind = 'serves'))
        ORDER BY l.kind, l.id LIMIT $2
        """

    private static let findDown = """
        SELECT \(columns) FROM \(source)
        WHERE a.archived_at IS NULL AND b.archived_at IS NULL
            AND ((l.to_id = $1 AND l.kind = 'buys-through')
                OR (l.from_id = $1 AND l.kind = 'serves'))
        ORDER BY l.kind, l.id LIMIT $2
        """

    /// Through whom a customer buys, and who serves it, whether they are archived or not.
    func above(
        _ customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ID<Customer>] {
        try snapshot.all(
            """
            SELECT to_id FROM chain_link WHERE from_id = $1 AND kind = 'buys-through'
            UNION SELECT from_id FROM chain_link WHERE to_id = $1 AND kind = 'serves'
            ORDER BY 1
            """,
            customer
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// How many links a customer has in both directions.
    func count(of customer: ID<Customer>, in snapshot: Snapshot) throws(SQLiteError) -> Int {
        try snapshot.first(
            """
            SELECT (SELECT count(*) FROM chain_link WHERE from_id = $1)
                + (SELECT count(*) FROM chain_link WHERE to_id = $1)
            """,
            customer
        ) { row throws(SQLiteError) in try row[0] } ?? 0
    }

    /// All links of a customer.
    func all(of customer: ID<Customer>, in snapshot: Snapshot) throws(SQLiteError) -> [ChainLink] {
        let up = try links(of: customer, isUp: true, limit: .max, in: snapshot)
        return try up + links(of: customer, isUp: false, limit: .max, in: snapshot)
    }

    func insert(
        _ new: NewChainLink,
        from customer: ID<Customer>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<ChainLink>? {
        let id = try transaction.insert(
            "INSERT INTO chain_link (kind, from_id, to_id, created_at) VALUES ($1, $2, $3, $4)",
            new.kind,
            customer,
            new.customerID,
            now
        )
        return id.map { ID(rawValue: $0) }
    }

    func delete(_ id: ID<ChainLink>, in transaction: Transaction) throws(SQLiteError) {
        try transaction.run("DELETE FROM chain_link WHERE id = $1", id)
    }

    private static func link(_ row: borrowing Row) throws(SQLiteError) -> ChainLink {
        try ChainLink(
            id: row[0],
            kind: row[1],
            from: ChainMember(
                customer: CustomerReference(id: row[2], name: row[3], tier: row[4]),
                role: row[5]
            ),
            to: ChainMember(
                customer: CustomerReference(id: row[6], name: row[7], tier: row[8]),
                role: row[9]
            ),
            createdAt: row[10]
        )
    }
}
