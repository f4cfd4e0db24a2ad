// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct PhoneCallStore: Sendable {
    /// What stands for a number that is withheld.
    private static let withheld = ""

    /// The columns that `call(_:)` reads, of `call AS l`.
    private static let columns = """
        l.id, l.external_id, l.direction, l.phone, l.staff_id, l.customer_id, l.started_at,
        l.answered_at, l.ended_at, l.interaction_id, l.complaint_id, l.version, l.created_at,
        l.updated_at
        """

    func find(_ id: ID<PhoneCall>, in snapshot: Snapshot) throws(SQLiteError) -> PhoneCall? {
        try snapshot.first(
            "SELECT \(Self.columns) FROM call l WHERE l.id = $1",
            id,
            read: Self.call
        )
    }

    func find(externalID: String, in snapshot: Snapshot) throws(SQLiteError) -> PhoneCall? {
        try snapshot.first(
            "SELECT \(Self.columns) FROM call l WHERE l.external_id = $1",
            externalID,
            read: Self.call
        )
    }

    func page(
        _ filter: PhoneCallFilter,
        _ request: PageRequest<PhoneCallSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<PhoneCall> {
        var select = PagedSelect(Self.columns, from: "call l")
        try select.filter("l.customer_id", of: filter.customerID, in: snapshot)
        select.filter("l.staff_id = $?", filter.staffID)
        select.filter("l.started_at >= $?", filter.since)
        select.filter("l.started_at < $?", filter.until)
        return try select.page(
            request,
            key: request.sorting.key,
            in: snapshot,
            read: Self.call,
            keyOf: request.sorting.key(of:)
        )
    }

    func insert(
        _ state: PhoneCallState,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<PhoneCall>? {
        let id = try transaction.insert(
            """
            INSERT INTO call (external_id, direction, phone, staff_id, customer_id, started_at,
                complaint_id, version, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8)
            """,
            state.externalID,
            state.direction,
            state.phone ?? Self.withheld,
            state.staffID,
            state.customerID,
            state.startedAt,
            state.complaintID,
            now
        )
        return id.map { ID(rawValue: $0) }
    }

    /// Notes how a call goes on.
    func update(
        _ id: ID<PhoneCall>,
        to state: PhoneCallState,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE call SET staff_id = $2, customer_id = $3, answered_at = $4, ended_at = $5,
                interaction_id = $6, complaint_id = $7, phone = $8, version = version + 1,
                updated_at = $9
            WHERE id = $1
            """,
            id,
            state.staffID,
            state.customerID,
            state.answeredAt,
            state.endedAt,
            state.interactionID,
            state.complaintID,
            state.phone ?? Self.withheld,
            now
        )
    }

    private static func call(_ row: borrowing Row) throws(SQLiteError) -> PhoneCall {
        let phone: String = try row[3]
        return try PhoneCall(
            id: row[0],
            state: PhoneCallState(
                externalID: row[1],
                direction: row[2],
                phone: phone == withheld ? nil : phone,
                startedAt: row[6],
                staffID: row[4],
                customerID: row[5],
                answeredAt: row[7],
                endedAt: row[8],
                interactionID: row[9],
                complaintID: row[10]
            ),
            version: row[11],
            createdAt: row[12],
            updatedAt: row[13]
        )
    }
}

extension PhoneCallSorting {
    fileprivate var key: [String] {
        switch self {
        case .startedAt: ["l.started_at", "l.id"]
        case .id: ["l.id"]
        }
    }

    fileprivate func key(of call: PhoneCall) -> [StoredValue] {
        switch self {
        case .startedAt: [call.state.startedAt.stored, call.id.stored]
        case .id: [call.id.stored]
        }
    }
}
