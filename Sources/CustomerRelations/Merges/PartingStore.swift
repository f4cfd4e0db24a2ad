// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// Keeps customers who were merged, and are two again, from naming each other's records.
struct PartingStore: Sendable {
    /// Has records go where what they are about has gone: complaints with their orders, interactions
    /// with their complaints or people, and promises, calls, approvals, planned contacts and tasks
    /// with what they belong to.
    ///
    /// In this order, since each follows one that comes before it.
    func follow(_ merge: CustomerMerge, at now: Instant, in transaction: Transaction)
        throws(SQLiteError)
    {
        for statement in Self.followers {
            for (old, new) in [
                (merge.customerID, merge.duplicateID), (merge.duplicateID, merge.customerID),
            ] {
                try transaction.run(statement, old, new, now)
            }
        }
    }

    /// Moves rows of a table from the customer `$1` to the customer `$2` at `$3`.
    private static func move(_ table: String, where condition: String) -> String {
        """
        UPDATE \(table) SET customer_id = $2, version = version + 1, updated_at = $3
        WHERE customer_id = $1 AND \(condition)
        """
    }

    /// The rows of a table that belong to the customer `$2`.
    private static func theirs(_ table: String) -> String {
        "(SELECT t.id FROM \(table) t WHERE t.customer_id = $2)"
    }

    private static let followers =
        [
            move("complaint", where: "order_id IN \(theirs("customer_order"))"),
            move("interaction", where: "complaint_id IN \(theirs("complaint"))"),
            // One with people of both stays where it is.
            move(
                "interaction",
                where: """
                    complaint_id IS NULL AND id IN (SELECT p.interaction_id
                        FROM contact k JOIN interaction_contact p ON p.contact_id = k.id
                        WHERE k.customer_id = $2)
                    AND NOT EXISTS (SELECT 1
                        FROM interaction_contact p JOIN contact k ON k.id = p.contact_id
                        WHERE p.interaction_id = interaction.id AND k.customer_id = $1)
                    """
            ),
            """
            UPDATE promise SET customer_id = $2, version = version + 1
            WHERE customer_id = $1 AND $3 > 0 AND interaction_id IN \(theirs("interaction"))
            """,
            move("call", where: "complaint_id IN \(theirs("complaint"))"),
            move(
                "call",
                where: "complaint_id IS NULL AND interaction_id IN \(theirs("interaction"))"
            ),
            move("approval", where: "complaint_id IN \(theirs("complaint"))"),
            move("planned_contact", where: "interaction_id IN \(theirs("interaction"))"),
            move("task", where: "subject_type = 'customer' AND subject_id = $2"),
        ]
        + TaskStore.subjectTables.map { kind, table in
            move("task", where: "subject_type = '\(kind)' AND subject_id IN \(theirs(table))")
        }

    /// Takes off what is left of each other's people: to whom somebody reports, and who took part.
    ///
    /// A meeting with people of both was one of both.
    func cut(
        _ one: ID<Customer>,
        _ other: ID<Customer>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        for (own, their) in [(one, other), (other, one)] {
            try transaction.run(
                """
                UPDATE contact SET reports_to_id = NULL, version = version + 1, updated_at = $3
                WHERE customer_id = $1
                    AND reports_to_id IN (SELECT k.id FROM contact k WHERE k.customer_id = $2)
                """,
                own,
                their,
                now
            )
            try transaction.run(
                """
                DELETE FROM interaction_contact
                WHERE contact_id IN (SELECT k.id FROM contact k WHERE k.customer_id = $2)
                    AND interaction_id IN (SELECT i.id FROM interaction i WHERE i.customer_id = $1)
                """,
                own,
                their
            )
            try transaction.run(
                """
                INSERT INTO meeting_customer (meeting_id, position, customer_id)
                SELECT m.meeting_id, (SELECT max(p.position) + 1 FROM meeting_customer p
                        WHERE p.meeting_id = m.meeting_id), $2
                FROM meeting_customer m
                WHERE m.customer_id = $1 AND EXISTS (SELECT 1
                        FROM meeting_contact p JOIN contact k ON k.id = p.contact_id
                        WHERE p.meeting_id = m.meeting_id AND k.customer_id = $2)
                    AND NOT EXISTS (SELECT 1 FROM meeting_customer o
                        WHERE o.meeting_id = m.meeting_id AND o.customer_id = $2)
                """,
                own,
                their
            )
        }
    }
}
