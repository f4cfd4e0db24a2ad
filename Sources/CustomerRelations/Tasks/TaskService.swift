// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// One list of what people have to do, whatever asks for it.
package struct TaskService: Sendable {
    private let store = TaskStore()
    private let staff = StaffStore()
    private let tokens = TokenStore()
    private let merges = MergeStore()
    private let customers = CustomerStore()
    /// In which people work who have no time zone of their own.
    private let zone: CivilTimeZone
    private let journal: Journal
    private let describe: Describe<StaffTask>

    package init(zone: CivilTimeZone, journal: Journal, describe: @escaping Describe<StaffTask>) {
        self.zone = zone
        self.journal = journal
        self.describe = describe
    }

    package func find(_ id: ID<StaffTask>, in snapshot: Snapshot) throws -> StaffTask {
        guard let task = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return task
    }

    /// The person whom a token belongs to.
    package func person(
        of token: ID<Token>?,
        in snapshot: Snapshot
    ) throws -> ID<StaffMember>? {
        try token.flatMap { try tokens.staff(of: $0, in: snapshot) }
    }

    /// The tasks that a filter asks for, as the person who asks means it.
    package func list(
        _ filter: TaskFilter,
        _ request: PageRequest<TaskSorting>,
        for me: ID<StaffMember>?,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> Page<StaffTask> {
        try store.page(
            filter,
            request,
            me: me,
            endOfToday: try endOfToday(of: me, at: now, in: snapshot),
            at: now,
            in: snapshot
        )
    }

    /// When the day ends that a person has now.
    private func endOfToday(
        of me: ID<StaffMember>?,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> Instant {
        let name = try me.flatMap { try staff.find($0, at: now, in: snapshot) }?.details.timeZone
        let zone = name.flatMap(CivilTimeZone.init(name:)) ?? zone
        return zone.startOfDay(zone.day(of: now).adding(days: 1))
    }
}

// MARK: - Opening

extension TaskService {
    /// Opens a task of a person's own making; the person's, unless another is named.
    package func add(
        _ new: NewTask,
        from token: ID<Token>?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> StaffTask {
        if let cause = new.cause, let known = try store.open(cause: cause, in: transaction) {
            throw ServiceError.duplicate(Subject(.task, known.id))
        }
        if let origin = new.cause.flatMap(TaskOrigin.of) {
            throw ServiceError.refused(
                "/cause",
                "begins with \(origin.prefix) as those of the service's own tasks do"
            )
        }
        guard let named = try store.customer(of: new.subject, in: transaction),
            let customer = try merges.kept(of: named, in: transaction)
        else {
            throw ServiceError.refused(
                "/subject",
                "there is no \(new.subject.kind.rawValue) \(new.subject.id) of any customer"
            )
        }
        // What is open of one who is archived is brought to its end; nothing begins.
        if new.subject.kind == .customer, try customers.isArchived(customer, in: transaction) {
            throw ServiceError.refused("/subject", "names a customer who is archived")
        }
        try staff.demand(new.details.assigneeID, "/assigneeId", in: transaction)
        let own = try person(of: token, in: transaction)
        return try insert(
            new,
            of: customer,
            assignee: new.details.assigneeID ?? own,
            by: occasion,
            in: transaction
        )
    }

    /// Opens a task that something in here asks for, in the transaction of what asks; while one with the
    /// same cause is open it answers that.
    ///
    /// `customer` is needed where the subject does not tell.
    @discardableResult
    func open(
        _ new: NewTask,
        of customer: ID<Customer>? = nil,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> StaffTask {
        if let cause = new.cause, let known = try store.open(cause: cause, in: transaction) {
            return known
        }
        return try insert(
            new,
            of: customer ?? store.customer(of: new.subject, in: transaction),
            assignee: new.details.assigneeID,
            by: occasion,
            in: transaction
        )
    }

    private func insert(
        _ new: NewTask,
        of customer: ID<Customer>?,
        assignee: ID<StaffMember>?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> StaffTask {
        let id = try store.insert(
            TaskMatter(
                kind: new.kind,
                subject: new.subject,
                customerID: customer,
                cause: new.cause
            ),
            TaskDetails(
                reason: new.details.reason,
                dueAt: new.details.dueAt,
                assigneeID: assignee
            ),
            at: occasion.at,
            in: transaction
        )
        guard let id else { throw ServiceError.notFound }
        let task = try find(id, in: transaction)
        try record("opened", nil, task, by: occasion, in: transaction)
        return task
    }
}

// MARK: - Going on

extension TaskService {
    /// Says otherwise who does a task, by when, and why.
    package func change(
        _ task: StaffTask,
        to details: TaskDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> StaffTask {
        guard details != task.details else { return task }
        try demandOpen(task)
        if details.assigneeID != task.details.assigneeID {
            try staff.demand(details.assigneeID, "/assigneeId", in: transaction)
        }
        try store.update(task.id, to: details, at: occasion.at, in: transaction)
        return try changed(task, "changed", by: occasion, in: transaction)
    }

    /// Notes that a task is done, or is not going to be.
    package func settle(
        _ task: StaffTask,
        as status: StaffTask.Status,
        note: String?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> StaffTask {
        try demandOpen(task)
        try store.settle(
            task.id,
            as: status,
            note: note,
            isWithdrawn: false,
            by: occasion,
            in: transaction
        )
        // The next step of the ladder may be asked for then.
        if DebtorStep(rawValue: task.matter.kind) != nil, let customer = task.matter.customerID {
            try WarningStore().touch(customer, in: transaction)
        }
        return try changed(task, status.rawValue, by: occasion, in: transaction)
    }

    /// Notes that what a task was opened for is done, if it is open still; tells which task that was.
    @discardableResult
    func close(
        cause: String,
        note: String,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ID<StaffTask>? {
        guard let task = try store.open(cause: cause, in: transaction) else { return nil }
        return try settle(task, as: .done, note: note, by: occasion, in: transaction).id
    }

    /// Says why a task is to be done, if it is open still and there is another reason now.
    func explain(
        _ id: ID<StaffTask>,
        _ reason: String,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let task = try find(id, in: transaction)
        guard task.status == .open else { return }
        let details = TaskDetails(
            reason: reason,
            dueAt: task.details.dueAt,
            assigneeID: task.details.assigneeID
        )
        _ = try change(task, to: details, by: occasion, in: transaction)
    }

    /// Ends a task for what asked for it is there no more: nobody did it; false, and nothing, if it is
    /// not open.
    @discardableResult
    func withdraw(
        _ id: ID<StaffTask>,
        note: String,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Bool {
        let task = try find(id, in: transaction)
        guard task.status == .open else { return false }
        try store.settle(
            id,
            as: .done,
            note: note,
            isWithdrawn: true,
            by: occasion,
            in: transaction
        )
        _ = try changed(task, StaffTask.Status.done.rawValue, by: occasion, in: transaction)
        return true
    }

    /// The same of the task with a cause, if there is one.
    func withdraw(
        cause: String,
        note: String,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        guard let task = try store.open(cause: cause, in: transaction) else { return }
        try withdraw(task.id, note: note, by: occasion, in: transaction)
    }

    /// What a customer is asked for of a kind, and that is open.
    func open(
        _ kind: String,
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws -> [StaffTask] {
        try store.open(kind, of: customer, in: snapshot)
    }

    /// Asks again for what was asked for by a task that has been settled, of the same person if it
    /// has not left.
    func openAgain(
        _ id: ID<StaffTask>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let old = try find(id, in: transaction)
        try open(
            NewTask(
                kind: old.matter.kind,
                subject: old.matter.subject,
                cause: old.matter.cause,
                details: TaskDetails(
                    reason: old.details.reason,
                    dueAt: old.details.dueAt,
                    assigneeID: try staff.present(old.details.assigneeID, in: transaction)
                )
            ),
            of: old.matter.customerID,
            by: occasion,
            in: transaction
        )
    }

    /// Gives what a person has yet to do to another; tells how many tasks those were.
    func handOver(
        from old: ID<StaffMember>,
        to new: ID<StaffMember>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Int {
        let open = try store.open(of: old, in: transaction)
        for task in open {
            let details = TaskDetails(
                reason: task.details.reason,
                dueAt: task.details.dueAt,
                assigneeID: new
            )
            _ = try change(task, to: details, by: occasion, in: transaction)
        }
        return open.count
    }

    /// How many tasks a person has yet to do.
    func count(expectedFrom staff: ID<StaffMember>, in snapshot: Snapshot) throws -> Int {
        try store.open(of: staff, in: snapshot).count
    }

    private func demandOpen(_ task: StaffTask) throws {
        guard task.status == .open else {
            throw ServiceError.notAllowedNow(
                "it is \(task.status.rawValue) already",
                allowed: ["POST /v1/tasks"]
            )
        }
    }

    private func changed(
        _ old: StaffTask,
        _ action: String,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> StaffTask {
        let new = try find(old.id, in: transaction)
        try record(action, old, new, by: occasion, in: transaction)
        return new
    }

    private func record(
        _ action: String,
        _ old: StaffTask?,
        _ new: StaffTask,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try journal.append(
            "task.\(action)",
            Subject(.task, new.id),
            changes: describe(old, new),
            by: occasion,
            in: transaction
        )
    }
}
