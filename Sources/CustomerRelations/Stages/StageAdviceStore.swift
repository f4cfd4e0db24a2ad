// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What is known of one customer, as advice needs it.
struct StageAdviceStore: Sendable {
    /// A contact of a customer.
    struct Person {
        let id: ID<Contact>
        let name: String
        let role: Contact.BuyingRole?
        let createdAt: Instant
        let archivedAt: Instant?
    }

    /// At most a hundred, archived ones among them.
    func people(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Person] {
        try snapshot.all(
            """
            SELECT id, name, buying_role, created_at, archived_at FROM contact
            WHERE customer_id = $1 ORDER BY id LIMIT 100
            """,
            customer
        ) { row throws(SQLiteError) in
            try Person(
                id: row[0],
                name: row[1],
                role: row[2],
                createdAt: row[3],
                archivedAt: row[4]
            )
        }
    }

    /// Something that a customer needs.
    struct Wish {
        let id: ID<Need>
        let text: String
    }

    /// What matters most to a customer, five at most.
    func needs(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Wish] {
        try snapshot.all(
            """
            SELECT id, text FROM need WHERE customer_id = $1
            ORDER BY importance DESC NULLS LAST, id DESC NULLS LAST LIMIT 5
            """,
            customer
        ) { row throws(SQLiteError) in try Wish(id: row[0], text: row[1]) }
    }

    /// The complaints of a customer that are not closed, the latest ten.
    func openComplaints(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT id FROM complaint WHERE customer_id = $1 AND status <> 'closed'
            ORDER BY received_at DESC NULLS LAST, id DESC NULLS LAST LIMIT 10
            """,
            customer
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The promises to a customer that are open and were due before an instant, the first ten.
    func overduePromises(
        to customer: ID<Customer>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT id FROM promise WHERE customer_id = $1 AND status = 'open' AND due_at < $2
            ORDER BY due_at, id LIMIT 10
            """,
            customer,
            now
        ) { row throws(SQLiteError) in try row[0] }
    }
}
