// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct MeetingStore: Sendable {
    /// The columns that `meeting(_:in:)` reads, of `meeting AS g`.
    private static let columns = """
        g.id, g.kind, g.place, g.held_at, g.summary, g.confirmed_at, g.confirmed_by_id,
        g.confirmed_by_name, g.version, g.created_at, g.updated_at
        """

    private static let findByID = "SELECT \(columns) FROM meeting g WHERE g.id = $1"

    func find(_ id: ID<Meeting>, in snapshot: Snapshot) throws(SQLiteError) -> Meeting? {
        try snapshot.first(Self.findByID, id) { row throws(SQLiteError) in
            try meeting(row, in: snapshot)
        }
    }

    func page(
        _ filter: MeetingFilter,
        _ request: PageRequest<MeetingSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Meeting> {
        var select = PagedSelect(Self.columns, from: "meeting g")
        select.filter("g.kind = $?", filter.kind)
        select.filter(
            """
            EXISTS (SELECT 1 FROM meeting_customer x
                WHERE x.customer_id = $? AND x.meeting_id = g.id)
            """,
            try MergeStore().kept(of: filter.customerID, in: snapshot)
        )
        select.filter(
            """
            EXISTS (SELECT 1 FROM meeting_staff x WHERE x.staff_id = $? AND x.meeting_id = g.id)
            """,
            filter.staffID
        )
        switch filter.isConfirmed {
        case true?: select.filter("g.confirmed_at IS NOT NULL")
        case false?: select.filter("g.confirmed_at IS NULL")
        case nil: break
        }
        select.filter("g.held_at >= $?", filter.since)
        select.filter("g.held_at < $?", filter.until)
        return try select.page(
            request,
            key: request.sorting == .heldAt ? ["g.held_at", "g.id"] : ["g.id"],
            in: snapshot
        ) { row throws(SQLiteError) in
            try meeting(row, in: snapshot)
        } keyOf: { meeting in
            request.sorting == .heldAt
                ? [meeting.details.heldAt.stored, meeting.id.stored] : [meeting.id.stored]
        }
    }

    func insert(
        _ details: MeetingDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Meeting>? {
        let inserted = try transaction.insert(
            """
            INSERT INTO meeting (kind, place, held_at, summary, version, created_at, updated_at)
            VALUES ($1, $2, $3, $4, 1, $5, $5)
            """,
            details.kind,
            details.place,
            details.heldAt,
            details.summary,
            now
        )
        guard let inserted else { return nil }
        let id = ID<Meeting>(rawValue: inserted)
        try insertPeople(details, of: id, in: transaction)
        return id
    }

    func update(
        _ id: ID<Meeting>,
        to details: MeetingDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE meeting SET kind = $2, place = $3, held_at = $4, summary = $5,
                version = version + 1, updated_at = $6
            WHERE id = $1
            """,
            id,
            details.kind,
            details.place,
            details.heldAt,
            details.summary,
            now
        )
        try transaction.run("DELETE FROM meeting_customer WHERE meeting_id = $1", id)
        try transaction.run("DELETE FROM meeting_contact WHERE meeting_id = $1", id)
        try transaction.run("DELETE FROM meeting_staff WHERE meeting_id = $1", id)
        try insertPeople(details, of: id, in: transaction)
    }

    private func insertPeople(
        _ details: MeetingDetails,
        of id: ID<Meeting>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        for (position, customer) in details.customerIDs.enumerated() {
            try transaction.run(
                """
                INSERT INTO meeting_customer (meeting_id, position, customer_id)
                VALUES ($1, $2, $3)
                """,
                id,
                position,
                customer
            )
        }
        for (position, contact) in details.contactIDs.enumerated() {
            try transaction.run(
                "INSERT INTO meeting_contact (meeting_id, position, contact_id) VALUES ($1, $2, $3)",
                id,
                position,
                contact
            )
        }
        for (position, member) in details.staffIDs.enumerated() {
            try transaction.run(
                "INSERT INTO meeting_staff (meeting_id, position, staff_id) VALUES ($1, $2, $3)",
                id,
                position,
                member
            )
        }
    }

    func confirm(
        _ id: ID<Meeting>,
        _ confirmation: MeetingConfirmation,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE meeting SET confirmed_at = $2, confirmed_by_id = $3, confirmed_by_name = $4,
                version = version + 1, updated_at = $5
            WHERE id = $1
            """,
            id,
            confirmation.at,
            confirmation.contactID,
            confirmation.name,
            now
        )
    }

    func append(
        _ issue: MeetingIssue,
        to id: ID<Meeting>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO meeting_issue (meeting_id, position, subject_type, subject_id, raised_at,
                actor)
            VALUES ($1, (SELECT coalesce(max(position) + 1, 0) FROM meeting_issue
                WHERE meeting_id = $1), $2, $3, $4, $5)
            """,
            id,
            issue.subject.kind,
            issue.subject.id,
            issue.raisedAt,
            issue.actor
        )
        try transaction.run(
            "UPDATE meeting SET version = version + 1, updated_at = $2 WHERE id = $1",
            id,
            issue.raisedAt
        )
    }

    private func meeting(
        _ row: borrowing Row,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Meeting {
        let id: ID<Meeting> = try row[0]
        var confirmation: MeetingConfirmation?
        if let at: Instant = try row[5] {
            confirmation = try MeetingConfirmation(at: at, contactID: row[6], name: row[7])
        }
        return try Meeting(
            id: id,
            details: MeetingDetails(
                kind: row[1],
                customerIDs: customers(of: id, in: snapshot),
                contactIDs: ids(
                    "SELECT contact_id FROM meeting_contact WHERE meeting_id = $1 ORDER BY position",
                    of: id,
                    in: snapshot
                ),
                staffIDs: ids(
                    "SELECT staff_id FROM meeting_staff WHERE meeting_id = $1 ORDER BY position",
                    of: id,
                    in: snapshot
                ),
                place: row[2],
                heldAt: row[3],
                summary: row[4]
            ),
            confirmation: confirmation,
            issues: issues(of: id, in: snapshot),
            version: row[8],
            createdAt: row[9],
            updatedAt: row[10]
        )
    }

    /// Each of them once.
    private func customers(
        of id: ID<Meeting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ID<Customer>] {
        let all: [ID<Customer>] = try ids(
            "SELECT customer_id FROM meeting_customer WHERE meeting_id = $1 ORDER BY position",
            of: id,
            in: snapshot
        )
        return all.enumerated().filter { !all[..<$0.offset].contains($0.element) }.map(\.element)
    }

    private func ids<Record>(
        _ sql: String,
        of id: ID<Meeting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ID<Record>] {
        try snapshot.all(sql, id) { row throws(SQLiteError) in try row[0] as ID<Record> }
    }

    private func issues(
        of id: ID<Meeting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [MeetingIssue] {
        try snapshot.all(
            """
            SELECT subject_type, subject_id, raised_at, actor FROM meeting_issue
            WHERE meeting_id = $1 ORDER BY position
            """,
            id
        ) { row throws(SQLiteError) in
            try MeetingIssue(
                subject: Subject(row[0], row[1] as Int64),
                raisedAt: row[2],
                actor: row[3]
            )
        }
    }
}
