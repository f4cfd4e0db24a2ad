// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// The register of promises: what we said we would do, and whether we did (M50, 承诺管理).
package struct PromiseService: Sendable {
    /// How changes are written down.
    package struct Descriptions: Sendable {
        let entry: Describe<PromiseEntry>
        let alarm: Describe<PromiseAlarmDetails>

        package init(
            entry: @escaping Describe<PromiseEntry>,
            alarm: @escaping Describe<PromiseAlarmDetails>
        ) {
            self.entry = entry
            self.alarm = alarm
        }
    }

    private let store = PromiseStore()
    private let deadlines = DeadlineStore()
    private let managers = ManagerStore()
    private let staff = StaffStore()
    private let customers: CustomerService
    private let tasks: TaskService
    private let zone: CivilTimeZone
    private let journal: Journal
    private let descriptions: Descriptions

    /// `zone` is the one in which the window of usual times is counted.
    package init(
        customers: CustomerService,
        tasks: TaskService,
        zone: CivilTimeZone,
        journal: Journal,
        descriptions: Descriptions
    ) {
        self.customers = customers
        self.tasks = tasks
        self.zone = zone
        self.journal = journal
        self.descriptions = descriptions
    }

    package func find(_ id: ID<Promise>, in snapshot: Snapshot) throws -> PromiseEntry {
        guard let entry = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return entry
    }

    package func list(
        _ filter: PromiseFilter,
        _ request: PageRequest<PromiseSorting>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> Page<PromiseEntry> {
        try store.page(filter, request, at: now, in: snapshot)
    }

    /// The share of promises kept in time among those of which it is known what became of them,
    /// from 0 to 1, whatever status the filter asks for; nil while there are none.
    package func keepingRate(_ filter: PromiseFilter, in snapshot: Snapshot) throws -> Double? {
        let counts = try store.counts(filter, in: snapshot)
        let settled = counts.values.reduce(0, +) - counts[.open, default: 0]
        guard settled > 0 else { return nil }
        return Double(counts[.kept, default: 0]) / Double(settled)
    }

    /// Records that a promise was kept, which is late once it was due.
    package func keep(
        _ id: ID<Promise>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> PromiseEntry {
        let entry = try find(id, in: transaction)
        let isLate = entry.promise.dueAt < occasion.at
        return try settle(entry, as: isLate ? .late : .kept, by: occasion, in: transaction)
    }

    /// Records that a promise will not be kept.
    package func `break`(
        _ id: ID<Promise>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> PromiseEntry {
        try settle(find(id, in: transaction), as: .broken, by: occasion, in: transaction)
    }

    private func settle(
        _ entry: PromiseEntry,
        as status: PromiseEntry.Status,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> PromiseEntry {
        guard entry.status == .open else {
            // What is promised instead is given in another interaction.
            throw ServiceError.notAllowedNow(
                "it is \(entry.status.rawValue) already",
                allowed: ["POST /v1/interactions"]
            )
        }
        try store.settle(entry.id, as: status, at: occasion.at, in: transaction)
        try tasks.close(
            cause: entry.cause,
            note: status.rawValue,
            by: occasion,
            in: transaction
        )
        let settled = try find(entry.id, in: transaction)
        try journal.append(
            "promise.\(status.rawValue)",
            Subject(.promise, entry.id),
            changes: descriptions.entry(entry, settled),
            by: occasion,
            in: transaction
        )
        return settled
    }
}

// MARK: - Giving

extension PromiseService {
    /// Takes the promises of an interaction into the register, each with its first alarm and held
    /// against how long such promises usually take.
    func give(
        _ promises: [NewPromise],
        at givenAt: Instant,
        in interaction: ID<Interaction>,
        to customer: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        for new in promises {
            let quoted = new.dueAt.milliseconds(since: givenAt)
            let id = try store.insert(
                new,
                givenAt: givenAt,
                warning: TightPromise(
                    quoted: quoted,
                    against: usualTimes(of: new.kind, at: occasion.at, in: transaction)
                ),
                in: interaction,
                to: customer,
                in: transaction
            )
            guard let id else { continue }
            // What moves in overdue was to be warned of elsewhere.
            let first: PromiseAlarm = quoted > 0 && new.dueAt >= occasion.at ? .dueSoon : .overdue
            try deadlines.insert(
                first.deadline(id, givenAt: givenAt, dueAt: new.dueAt),
                in: transaction
            )
        }
    }

    /// Notes that the promises of an interaction were given at another time.
    func move(
        _ interaction: ID<Interaction>,
        to givenAt: Instant,
        in transaction: Transaction
    ) throws {
        try store.move(interaction, to: givenAt, in: transaction)
    }

    private func usualTimes(
        of kind: Promise.Kind,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> [Int64] {
        try store.keepingTimes(
            of: kind,
            since: zone.windowStart(asOf: now, months: TightPromise.windowMonths),
            limit: TightPromise.most,
            in: snapshot
        )
    }
}

// MARK: - Alarms

extension PromiseService {
    /// Raises an alarm, unless it is known what became of the promise, and sets the one that follows.
    func carryOut(
        _ deadline: Deadline,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let id = ID<Promise>(rawValue: deadline.subject.id)
        guard let alarm = PromiseAlarm(rawValue: deadline.kind),
            let entry = try store.find(id, in: transaction), entry.status == .open
        else { return }
        let promise = entry.promise
        if alarm == .dueSoon {
            try deadlines.insert(
                PromiseAlarm.overdue.deadline(id, givenAt: promise.givenAt, dueAt: promise.dueAt),
                in: transaction
            )
        }
        let details = PromiseAlarmDetails(
            text: promise.text,
            dueAt: promise.dueAt,
            customerID: entry.customerID,
            addresseeID: try addressee(of: entry, in: transaction)
        )
        try tasks.open(
            NewTask(
                kind: "promise",
                subject: deadline.subject,
                cause: entry.cause,
                details: TaskDetails(
                    reason: promise.text,
                    dueAt: promise.dueAt,
                    assigneeID: details.addresseeID
                )
            ),
            by: occasion,
            in: transaction
        )
        try journal.append(
            "promise.\(alarm.rawValue)",
            deadline.subject,
            changes: descriptions.alarm(nil, details),
            by: occasion,
            in: transaction
        )
    }

    /// Who gave the promise, or else manages or owns the customer, and is still there.
    private func addressee(
        of entry: PromiseEntry,
        in snapshot: Snapshot
    ) throws -> ID<StaffMember>? {
        let people = [
            try store.giver(in: entry.interactionID, in: snapshot),
            try managers.active(of: entry.customerID, in: snapshot)?.pair.managerID,
            try customers.find(entry.customerID, in: snapshot).details.ownerID,
        ]
        return try staff.firstActive(of: people, in: snapshot)
    }
}

extension PromiseEntry {
    /// What its task is known by.
    fileprivate var cause: String { TaskOrigin.promise.cause(id) }
}
