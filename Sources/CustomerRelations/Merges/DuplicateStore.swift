// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// Finds what several customers have in common.
struct DuplicateStore: Sendable {
    /// The most customers that are shown of those who have something in common.
    private static let customerLimit = 100

    /// A page of groups, by what their customers have in common.
    ///
    /// An index tells of values that occur twice; whether with two customers who are there is then
    /// looked up.
    func page(
        by trait: DuplicateGroup.Trait,
        _ request: PageRequest<DuplicateSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<DuplicateGroup> {
        var groups: [DuplicateGroup] = []
        var last = request.after?.first.flatMap { String(stored: $0) }
        let statements = trait.statements
        while groups.count <= request.limit {
            let values = try values(
                statements,
                beyond: last,
                isDescending: request.isDescending,
                in: snapshot
            )
            for value in values where groups.count <= request.limit {
                let customers = try customers(statements.customers, value, in: snapshot)
                guard customers.count > 1 else { continue }
                groups.append(DuplicateGroup(trait: trait, value: value, customers: customers))
            }
            guard values.count == Self.pieceSize else { break }
            last = values.last
        }
        let hasMore = groups.count > request.limit
        if hasMore { groups.removeLast() }
        return Page(
            rows: groups,
            next: hasMore ? groups.last.map { [$0.value.stored] } : nil,
            count: request.counts ? try count(statements.count, in: snapshot) : nil
        )
    }

    private static let pieceSize = 500

    private func values(
        _ statements: DuplicateStatements,
        beyond value: String?,
        isDescending: Bool,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [String] {
        let read: (borrowing Row) throws(SQLiteError) -> String = { row throws(SQLiteError) in
            try row[0]
        }
        guard let value else {
            let sql = isDescending ? statements.lastValues : statements.firstValues
            return try snapshot.all(sql, Self.pieceSize, read: read)
        }
        let sql = isDescending ? statements.valuesBelow : statements.valuesAbove
        return try snapshot.all(sql, Self.pieceSize, value, read: read)
    }

    private func customers(
        _ sql: String,
        _ value: String,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [CustomerReference] {
        try snapshot.all(sql, value, Self.customerLimit) { row throws(SQLiteError) in
            try CustomerReference(id: row[0], name: row[1], tier: row[2])
        }
    }

    private func count(_ sql: String, in snapshot: Snapshot) throws(SQLiteError) -> Int? {
        try snapshot.first(sql) { row throws(SQLiteError) in try row[0] }
    }
}

/// What is asked about one trait.
private struct DuplicateStatements {
    let firstValues: String
    let lastValues: String
    let valuesAbove: String
    let valuesBelow: String
    let customers: String
    let count: String

    /// `value` is an expression of a row of `source`, `isThere` a condition on it, and `customer`
    /// the column that says whose it is.
    init(_ value: String, in source: String, isThere: String, customer: String) {
        func values(_ condition: String, _ direction: String) -> String {
            """
            SELECT \(value) FROM \(source) d WHERE \(isThere)\(condition)
            GROUP BY \(value) HAVING count(*) > 1 ORDER BY \(value) \(direction) LIMIT $1
            """
        }
        firstValues = values("", "ASC NULLS FIRST")
        lastValues = values("", "DESC NULLS LAST")
        valuesAbove = values(" AND \(value) > $2", "ASC NULLS FIRST")
        valuesBelow = values(" AND \(value) < $2", "DESC NULLS LAST")
        customers = """
            SELECT c.id, c.name, \(TierStore.tierOfCustomer) FROM customer c
            WHERE c.archived_at IS NULL
                AND c.id IN (SELECT d.\(customer) FROM \(source) d
                    WHERE \(value) = $1 AND \(isThere))
            ORDER BY c.id LIMIT $2
            """
        count = """
            SELECT count(*) FROM (SELECT \(value) FROM \(source) d
                JOIN customer c ON c.id = d.\(customer)
                WHERE c.archived_at IS NULL AND \(isThere)
                GROUP BY \(value) HAVING count(DISTINCT d.\(customer)) > 1) AS counted
            """
    }

    static let phone = DuplicateStatements(
        "d.e164",
        in: "customer_phone",
        isThere: "1 = 1",
        customer: "customer_id"
    )
    static let email = DuplicateStatements(
        "lower(d.address)",
        in: "customer_email",
        isThere: "1 = 1",
        customer: "customer_id"
    )
    static let name = DuplicateStatements(
        "d.name_key",
        in: "customer",
        isThere: "d.archived_at IS NULL",
        customer: "id"
    )
}

extension DuplicateGroup.Trait {
    fileprivate var statements: DuplicateStatements {
        switch self {
        case .phone: .phone
        case .email: .email
        case .name: .name
        }
    }
}
