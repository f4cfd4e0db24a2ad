// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct PlannedContactStore: Sendable {
    /// The columns that `contact(_:)` reads, of `planned_contact`.
    private static let columns = """
        id, customer_id, channel, planned_at, purpose, staff_id, overridden_rule,
        override_reason, status, interaction_id, reason, version, created_at,
        updated_at
        """

    func find(
        _ id: ID<PlannedContact>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> PlannedContact? {
        try snapshot.first(
            "SELECT \(Self.columns) FROM planned_contact WHERE id = $1",
            id,
            read: Self.contact
        )
    }

    func page(
        _ filter: PlannedContactFilter,
        _ request: PageRequest<PlannedContactSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<PlannedContact> {
        var select = PagedSelect(Self.columns, from: "planned_contact")
        select.filter("status = $?", filter.status)
        try select.filter("customer_id", of: filter.customerID, in: snapshot)
        select.filter("staff_id = $?", filter.staffID)
        select.filter("planned_at >= $?", filter.since)
        select.filter("planned_at < $?", filter.until)
        return try select.page(
            request,
            key: ["planned_at", "id"],
            in: snapshot,
            read: Self.contact,
            keyOf: { [$0.plannedAt.stored, $0.id.stored] }
        )
    }

    /// The contacts that a person has yet to make.
    func open(
        of staff: ID<StaffMember>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [PlannedContact] {
        try snapshot.all(
            """
            SELECT \(Self.columns) FROM planned_contact
            WHERE staff_id = $1 AND status = 'planned' ORDER BY planned_at, id
            """,
            staff,
            read: Self.contact
        )
    }

    func insert(
        _ new: NewPlannedContact,
        overridden: QuietHoursOverride?,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> PlannedContact? {
        try transaction.first(
            """
            INSERT INTO planned_contact (customer_id, channel, planned_at, purpose, staff_id,
                overridden_rule, override_reason, status, version, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 'planned', 1, $8, $8)
            RETURNING \(Self.columns)
            """,
            new.customerID,
            new.channel,
            new.plannedAt,
            new.purpose,
            new.staffID,
            overridden?.rule,
            overridden?.reason,
            now,
            read: Self.contact
        )
    }

    func update(
        _ id: ID<PlannedContact>,
        to details: PlannedContactDetails,
        overridden: QuietHoursOverride?,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE planned_contact SET channel = $2, planned_at = $3, purpose = $4, staff_id = $5,
                overridden_rule = $6, override_reason = $7, version = version + 1, updated_at = $8
            WHERE id = $1
            """,
            id,
            details.channel,
            details.plannedAt,
            details.purpose,
            details.staffID,
            overridden?.rule,
            overridden?.reason,
            now
        )
    }

    func settle(
        _ id: ID<PlannedContact>,
        as status: PlannedContact.Status,
        interaction: ID<Interaction>?,
        reason: String?,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE planned_contact SET status = $2, interaction_id = $3, reason = $4,
                version = version + 1, updated_at = $5
            WHERE id = $1
            """,
            id,
            status,
            interaction,
            reason,
            now
        )
    }

    func assign(
        _ id: ID<PlannedContact>,
        to staff: ID<StaffMember>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE planned_contact SET staff_id = $2, version = version + 1, updated_at = $3
            WHERE id = $1
            """,
            id,
            staff,
            now
        )
    }

    private static func contact(_ row: borrowing Row) throws(SQLiteError) -> PlannedContact {
        let (rule, reason): (String?, String?) = (try row[6], try row[7])
        return try PlannedContact(
            id: row[0],
            customerID: row[1],
            channel: row[2],
            plannedAt: row[3],
            purpose: row[4],
            staffID: row[5],
            overridden: rule.map { QuietHoursOverride(rule: $0, reason: reason ?? "") },
            status: row[8],
            interactionID: row[9],
            reason: row[10],
            version: row[11],
            createdAt: row[12],
            updatedAt: row[13]
        )
    }
}
