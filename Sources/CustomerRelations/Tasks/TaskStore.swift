// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct TaskStore: Sendable {
    /// The columns that `task(_:)` reads, of `task AS y`.
    private static let columns = """
        y.id, y.kind, y.subject_type, y.subject_id, y.customer_id, y.cause, y.reason, y.due_at,
        y.assignee_id, y.status, y.note, y.settled_at, y.settled_by, y.version, y.created_at,
        y.updated_at
        """

    func find(_ id: ID<StaffTask>, in snapshot: Snapshot) throws(SQLiteError) -> StaffTask? {
        try snapshot.first(
            "SELECT \(Self.columns) FROM task y WHERE y.id = $1",
            id,
            read: Self.task
        )
    }

    /// The task with a cause that is open.
    func open(cause: String, in snapshot: Snapshot) throws(SQLiteError) -> StaffTask? {
        try snapshot.first(
            "SELECT \(Self.columns) FROM task y WHERE y.cause = $1 AND y.status = 'open'",
            cause,
            read: Self.task
        )
    }

    /// What is to be done of a kind about a customer.
    func open(
        _ kind: String,
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [StaffTask] {
        try snapshot.all(
            """
            SELECT \(Self.columns) FROM task y
            WHERE y.customer_id = $1 AND y.kind = $2 AND y.status = 'open'
            ORDER BY y.due_at, y.id
            """,
            customer,
            kind,
            read: Self.task
        )
    }

    /// What a person has yet to do.
    func open(
        of staff: ID<StaffMember>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [StaffTask] {
        try snapshot.all(
            """
            SELECT \(Self.columns) FROM task y WHERE y.assignee_id = $1 AND y.status = 'open'
            ORDER BY y.due_at, y.id
            """,
            staff,
            read: Self.task
        )
    }

    /// A page of tasks; `me` and `endOfToday` are what the filter means by these words.
    func page(
        _ filter: TaskFilter,
        _ request: PageRequest<TaskSorting>,
        me: ID<StaffMember>?,
        endOfToday: Instant,
        at now: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<StaffTask> {
        var select = PagedSelect(Self.columns, from: "task y")
        select.filter("y.status = $?", filter.status)
        select.filter("y.kind = $?", filter.kind)
        switch filter.assignee {
        case .me: select.filter("y.assignee_id = $?", me)
        case .id(let id): select.filter("y.assignee_id = $?", id)
        case nil: break
        }
        try select.filter("y.customer_id", of: filter.customerID, in: snapshot)
        switch filter.due {
        case .today: select.filter("y.status = 'open' AND y.due_at < $?", endOfToday)
        case .overdue: select.filter("y.status = 'open' AND y.due_at < $?", now)
        case nil: break
        }
        select.filter("y.due_at >= $?", filter.since)
        select.filter("y.due_at < $?", filter.until)
        return try select.page(
            request,
            key: request.sorting.key,
            in: snapshot,
            read: Self.task,
            keyOf: request.sorting.key(of:)
        )
    }

    func insert(
        _ matter: TaskMatter,
        _ details: TaskDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<StaffTask>? {
        let id = try transaction.insert(
            """
            INSERT INTO task (kind, subject_type, subject_id, customer_id, cause, reason, due_at,
                assignee_id, status, version, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', 1, $9, $9)
            """,
            matter.kind,
            matter.subject.kind,
            matter.subject.id,
            matter.customerID,
            matter.cause,
            details.reason,
            details.dueAt,
            details.assigneeID,
            now
        )
        return id.map { ID(rawValue: $0) }
    }

    func update(
        _ id: ID<StaffTask>,
        to details: TaskDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE task SET reason = $2, due_at = $3, assignee_id = $4, version = version + 1,
                updated_at = $5
            WHERE id = $1
            """,
            id,
            details.reason,
            details.dueAt,
            details.assigneeID,
            now
        )
    }

    func settle(
        _ id: ID<StaffTask>,
        as status: StaffTask.Status,
        note: String?,
        isWithdrawn: Bool,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE task SET status = $2, note = $3, settled_at = $4, settled_by = $5,
                is_withdrawn = $6, version = version + 1, updated_at = $4
            WHERE id = $1
            """,
            id,
            status,
            note,
            occasion.at,
            occasion.actor,
            isWithdrawn
        )
    }

    /// Has the tasks about a record, which has become another customer's, become that one's.
    func move(
        _ subject: Subject,
        to customer: ID<Customer>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE task SET customer_id = $3, version = version + 1, updated_at = $4
            WHERE subject_type = $1 AND subject_id = $2 AND customer_id IS NOT $3
            """,
            subject.kind,
            subject.id,
            customer,
            now
        )
    }

    /// The customer whom a record belongs to; nil if there is no such record, or it belongs to none.
    func customer(
        of subject: Subject,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<Customer>? {
        let sql: String
        if subject.kind == .customer {
            sql = "SELECT id FROM customer WHERE id = $1"
        } else if let table = Self.subjectTables.first(where: {
            $0.key == subject.kind.rawValue
        })?.value {
            sql = "SELECT customer_id FROM \(table) WHERE id = $1"
        } else {
            return nil
        }
        return try snapshot.first(sql, subject.id) { row throws(SQLiteError) in try row[0] }
    }

    /// The tables of the records of customers that tasks may be about, by their kind.
    static let subjectTables: KeyValuePairs<String, String> = [
        "interaction": "interaction", "promise": "promise", "complaint": "complaint",
        "order": "customer_order", "contact": "contact", "need": "need", "approval": "approval",
        "warning": "warning",
    ]

    private static func task(_ row: borrowing Row) throws(SQLiteError) -> StaffTask {
        try StaffTask(
            id: row[0],
            matter: TaskMatter(
                kind: row[1],
                subject: Subject(row[2], row[3] as Int64),
                customerID: row[4],
                cause: row[5]
            ),
            details: TaskDetails(reason: row[6], dueAt: row[7], assigneeID: row[8]),
            status: row[9],
            note: row[10],
            settledAt: row[11],
            settledBy: row[12],
            version: row[13],
            createdAt: row[14],
            updatedAt: row[15]
        )
    }
}

extension TaskSorting {
    fileprivate var key: [String] {
        switch self {
        case .dueAt: ["y.due_at", "y.id"]
        case .id: ["y.id"]
        }
    }

    fileprivate func key(of task: StaffTask) -> [StoredValue] {
        switch self {
        case .dueAt: [task.details.dueAt.stored, task.id.stored]
        case .id: [task.id.stored]
        }
    }
}
