// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct NeedStore: Sendable {
    /// The columns that `need(_:)` reads.
    private static let columns = """
        id, customer_id, text, importance, meeting_id, version, created_at, updated_at
        """

    func find(_ id: ID<Need>, in snapshot: Snapshot) throws(SQLiteError) -> Need? {
        try snapshot.first(
            "SELECT \(Self.columns) FROM need WHERE id = $1",
            id,
            read: Self.need
        )
    }

    func page(
        of customer: ID<Customer>,
        _ request: PageRequest<NeedSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Need> {
        var select = PagedSelect(Self.columns, from: "need")
        select.filter("customer_id = $?", customer)
        return try select.page(
            request,
            key: request.sorting == .importance ? ["importance", "id"] : ["id"],
            in: snapshot,
            read: Self.need
        ) { need in
            request.sorting == .importance
                ? [need.details.importance.stored, need.id.stored] : [need.id.stored]
        }
    }

    func insert(
        _ details: NeedDetails,
        of customer: ID<Customer>,
        raisedIn meeting: ID<Meeting>?,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> Need? {
        try transaction.first(
            """
            INSERT INTO need (customer_id, text, importance, meeting_id, version, created_at,
                updated_at)
            VALUES ($1, $2, $3, $4, 1, $5, $5)
            RETURNING \(Self.columns)
            """,
            customer,
            details.text,
            details.importance,
            meeting,
            now,
            read: Self.need
        )
    }

    func update(
        _ id: ID<Need>,
        to details: NeedDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE need SET text = $2, importance = $3, version = version + 1, updated_at = $4
            WHERE id = $1
            """,
            id,
            details.text,
            details.importance,
            now
        )
    }

    private static func need(_ row: borrowing Row) throws(SQLiteError) -> Need {
        try Need(
            id: row[0],
            customerID: row[1],
            details: NeedDetails(text: row[2], importance: row[3]),
            meetingID: row[4],
            version: row[5],
            createdAt: row[6],
            updatedAt: row[7]
        )
    }
}
