// SPDX-License-Identifier: Apache-2.0
package import SQLite
internal import Statistics

/// Early warnings as cases: what raised them, what was found out, what was done (M13 to M17).
package struct WarningService: Sendable {
    /// How warnings are written down.
    package struct Descriptions: Sendable {
        let warning: Describe<Warning>
        let policy: Describe<WarningPolicy>
        let run: Describe<WarningRun>

        package init(
            warning: @escaping Describe<Warning>,
            policy: @escaping Describe<WarningPolicy>,
            run: @escaping Describe<WarningRun>
        ) {
            self.warning = warning
            self.policy = policy
            self.run = run
        }
    }

    private let store = WarningStore()
    private let facts = WarningFactsStore()
    private let sums = TradeSumStore()
    private let models = ValueModelStore()
    private let keepers = CustomerKeepers()
    private let tasks: TaskService
    private let prompts: PurchasePrompts
    private let ladder: DebtorLadder
    private let zone: CivilTimeZone
    private let journal: Journal
    private let descriptions: Descriptions

    /// The zone's calendar says where days and periods begin.
    package init(
        tasks: TaskService,
        zone: CivilTimeZone,
        journal: Journal,
        descriptions: Descriptions
    ) {
        self.tasks = tasks
        prompts = PurchasePrompts(tasks: tasks)
        ladder = DebtorLadder(tasks: tasks)
        self.zone = zone
        self.journal = journal
        self.descriptions = descriptions
    }

    package func find(
        _ id: ID<Warning>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> WarningReading {
        guard let warning = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return try readings(of: [warning], at: now, in: snapshot)[0]
    }

    package func list(
        _ filter: WarningFilter,
        _ request: PageRequest<WarningSorting>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> Page<WarningReading> {
        let page = try store.page(filter, request, in: snapshot)
        return Page(
            rows: try readings(of: page.rows, at: now, in: snapshot),
            next: page.next,
            count: page.count
        )
    }

    /// The cases of a customer that are not closed, for whoever speaks with it.
    func open(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws -> [CustomerWarning] {
        try store.open(of: customer, in: snapshot).map { warning in
            CustomerWarning(
                kind: CustomerWarning.Kind(warning.kind),
                since: warning.times.raisedAt,
                text: warning.finding.text,
                id: warning.id
            )
        }
    }

    /// Cases beside what is the case now, for which each customer is looked at once.
    private func readings(
        of warnings: [Warning],
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> [WarningReading] {
        var found: [ID<Customer>: [WarningFinding]] = [:]
        return try warnings.map { warning in
            // What has ended and come back is another case.
            guard warning.times.clearedAt == nil else {
                return WarningReading(warning: warning, current: nil)
            }
            let id = warning.customerID
            let findings = try found[id] ?? findings(of: id, at: now, in: snapshot)
            found[id] = findings
            let (raised, at) = (warning.finding, warning.times.raisedAt)
            let same = findings.first {
                $0.isSame(as: raised.reason, raised.reference, at: at)
            }
            return WarningReading(warning: warning, current: same?.figures)
        }
    }
}

// MARK: - The policy

extension WarningService {
    package func policy(in snapshot: Snapshot) throws -> WarningPolicy {
        guard let policy = try store.policy(in: snapshot) else { throw ServiceError.notFound }
        return policy
    }

    /// Puts other thresholds in force, and has all customers looked at.
    package func setPolicy(
        _ terms: WarningTerms,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> WarningPolicy {
        let old = try policy(in: transaction)
        guard terms != old.terms else { return old }
        let refusals = terms.refusals
        guard refusals.isEmpty else { throw ServiceError.senselessPolicy(refusals) }
        try store.insert(terms, at: occasion.at, in: transaction)
        try store.demandRun(in: transaction)
        let new = try policy(in: transaction)
        try journal.append(
            "warning-policy.changed",
            Subject(.warningPolicy, Int64(new.version)),
            changes: descriptions.policy(old, new),
            by: occasion,
            in: transaction
        )
        return new
    }
}

// MARK: - Steps

extension WarningService {
    /// Takes a case to its next status; what is said of cause and action stays from step to step.
    package func move(
        _ id: ID<Warning>,
        to status: Warning.Status,
        _ step: WarningStep,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> WarningReading {
        guard let old = try store.find(id, in: transaction) else { throw ServiceError.notFound }
        let step = WarningStep(cause: step.cause ?? old.cause, action: step.action ?? old.action)
        if status == .closed, step.cause == nil || step.action == nil {
            throw ServiceError.warningUnexplained(
                [("/cause", step.cause), ("/action", step.action)].compactMap { pointer, text in
                    text == nil ? ServiceError.Refusal(pointer, "is missing") : nil
                }
            )
        }
        guard old.status.next == status else {
            throw ServiceError.notAllowedNow(
                "it is \(old.status.rawValue)",
                allowed: old.status.next.map { [$0.action] } ?? []
            )
        }
        try store.move(id, to: status, step, at: occasion.at, in: transaction)
        guard let new = try store.find(id, in: transaction) else { throw ServiceError.notFound }
        try journal.append(
            "warning.\(status.rawValue)",
            Subject(.warning, id),
            changes: descriptions.warning(old, new),
            by: occasion,
            in: transaction
        )
        if status == .closed {
            try tasks.close(
                cause: new.taskCause,
                note: step.action ?? "",
                by: occasion,
                in: transaction
            )
            try store.touch(new.customerID, in: transaction)
        }
        return try find(id, at: occasion.at, in: transaction)
    }
}

// MARK: - Merges

extension WarningService {
    /// Closes a case of a duplicate for the one of its kind that the kept customer has, with its task;
    /// tells which task that was.
    ///
    /// It stands in the way of nothing: what raised it may be raised of the kept customer.
    func close(
        _ old: Warning,
        for rival: ID<Warning>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ID<StaffTask>? {
        let words = "\(Self.mergedWords)\(rival.rawValue)"
        let step = WarningStep(cause: old.cause ?? words, action: old.action ?? words)
        try store.move(old.id, to: .closed, step, at: occasion.at, in: transaction)
        try store.clear(old.id, at: occasion.at, in: transaction)
        try record("closed", old, by: occasion, in: transaction)
        return try tasks.close(
            cause: old.taskCause,
            note: words,
            by: occasion,
            in: transaction
        )
    }

    /// Takes a case that was closed for another one back to the step at which it was.
    func reopen(
        _ id: ID<Warning>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        guard let old = try store.find(id, in: transaction), old.status == .closed else { return }
        func said(_ words: String?) -> String? {
            words.flatMap { $0.hasPrefix(Self.mergedWords) ? nil : $0 }
        }
        try store.reopen(
            id,
            at: old.times.lastStatus,
            WarningStep(cause: said(old.cause), action: said(old.action)),
            in: transaction
        )
        try record("reopened", old, by: occasion, in: transaction)
    }

    private static let mergedWords = "merged with case "

    private func record(
        _ action: String,
        _ old: Warning,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        guard let new = try store.find(old.id, in: transaction) else { throw ServiceError.notFound }
        try journal.append(
            "warning.\(action)",
            Subject(.warning, old.id),
            changes: descriptions.warning(old, new),
            by: occasion,
            in: transaction
        )
    }
}

extension WarningTimes {
    /// The last step before the close.
    fileprivate var lastStatus: Warning.Status {
        if countermeasureAt != nil { return .countermeasure }
        return investigatedAt != nil ? .investigating : .open
    }
}

// MARK: - Credit

extension WarningService {
    /// Refuses another order on credit while a warning of credit is not closed (M13).
    func demandCredit(of customer: ID<Customer>, in transaction: Transaction) throws {
        if let id = try store.open(.credit, of: customer, in: transaction) {
            throw ServiceError.creditBlocked(customer, id)
        }
    }

    /// Warns in the transaction of the order on credit that takes its customer above the limit, or
    /// finds an earlier one overdue; no case of credit is open then.
    ///
    /// That the limit is exceeded is raised by each such order, also where a closed case said so
    /// before; an overdue order only if no closed case is about it. What is owed in all is kept, and
    /// what is overdue is found by its date, so that the other debts are not read.
    func checkCredit(
        of customer: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let terms = try policy(in: transaction).terms
        let rules = WarningRules(terms, nil, at: occasion.at, in: zone)
        let owed = try sums.find(customer, in: transaction).owed
        let limit = try facts.creditLimit(of: customer, in: transaction)
        let finding =
            try rules.overLimit(owed, limit: limit)
            ?? facts.firstOverdue(
                of: customer,
                dueBefore: occasion.at.before(days: terms.overdueDays),
                in: transaction
            )
            .map(rules.overdue)
        if let finding { try raise(finding, of: customer, by: occasion, in: transaction) }
    }

    /// Has what is to be done about an order follow it to another customer.
    func move(
        _ order: ID<Order>,
        to customer: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try ladder.move(order, to: customer, by: occasion, in: transaction)
    }

    /// Opens a case, and has somebody look into it.
    private func raise(
        _ finding: WarningFinding,
        of customer: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let id = try store.insert(finding, of: customer, at: occasion.at, in: transaction)
        guard let id, let warning = try store.find(id, in: transaction) else {
            throw ServiceError.notFound
        }
        try journal.append(
            "warning.raised",
            Subject(.warning, id),
            changes: descriptions.warning(nil, warning),
            by: occasion,
            in: transaction
        )
        try tasks.open(
            NewTask(
                kind: "\(finding.kind.rawValue)-warning",
                subject: Subject(.warning, id),
                cause: warning.taskCause,
                details: TaskDetails(
                    reason: finding.text + (finding.advice.map { "; advised: \($0.text)" } ?? ""),
                    dueAt: try policy(in: transaction).terms.taskDue(at: occasion.at),
                    assigneeID: try keepers.keeper(of: customer, in: transaction)
                )
            ),
            of: customer,
            by: occasion,
            in: transaction
        )
    }
}

extension Warning {
    /// What its task is known by.
    fileprivate var taskCause: String { TaskOrigin.warning.cause(id) }
}

// MARK: - Prompts

extension WarningService {
    /// Asks for an offer if an order takes its customer's purchases past a round sum (M10).
    func countPurchases(
        with order: Order,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let terms = try policy(in: transaction).terms
        try prompts.count(order, by: terms, occasion, in: transaction)
    }
}

// MARK: - Looking

extension WarningService {
    private func findings(
        of customer: ID<Customer>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> [WarningFinding] {
        let id = customer.rawValue
        var all: [WarningFinding] = []
        try examine(id...id, at: now, in: snapshot) { all = $0.findings }
        return all
    }

    /// What is to be warned of a customer, and what it owes.
    private struct Examined {
        let customer: ID<Customer>
        let findings: [WarningFinding]
        let debts: Debts?
    }

    /// Hands over the customers of whom there is something to warn, or who owe something.
    private func examine(
        _ customers: ClosedRange<Int64>,
        at now: Instant,
        in snapshot: Snapshot,
        _ body: (Examined) -> Void
    ) throws {
        let until = zone.startOfDay(zone.day(of: now))
        let model = try models.latest(until: until, in: snapshot).flatMap { model in
            model.fit.map { WarningRules.Model(id: model.id, buying: $0.buying.model) }
        }
        let rules = WarningRules(try policy(in: snapshot).terms, model, at: now, in: zone)
        var reader = try WarningFactsReader(of: customers, by: rules, in: snapshot)
        try reader.forEach(of: customers, in: snapshot) { customer, facts in
            let findings = rules.findings(facts)
            if !findings.isEmpty || facts.debts != nil {
                body(Examined(customer: customer, findings: findings, debts: facts.debts))
            }
        }
    }

    /// What is to be raised, to be cleared or to be asked for, by customer, each customer's earliest
    /// debt first; those who are archived are left alone.
    func looks(
        at customers: ClosedRange<Int64>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> [WarningLook] {
        let terms = try policy(in: snapshot).terms
        var standing = Dictionary(
            grouping: try store.standing(of: customers, in: snapshot),
            by: \.customerID
        )
        var changed: Set<ID<Customer>> = []
        var overdue: [ID<Customer>: [OverdueDebt]] = [:]
        try examine(customers, at: now, in: snapshot) { one in
            let known = standing.removeValue(forKey: one.customer) ?? []
            if !WarningChange(one.findings, known).isEmpty { changed.insert(one.customer) }
            if let debts = one.debts?.overdue(by: terms.reminderDays, at: now), !debts.isEmpty {
                overdue[one.customer] = debts
            }
        }
        for (customer, known) in standing where !WarningChange([], known).isEmpty {
            changed.insert(customer)
        }
        var orders = try ladder.settled(of: customers, at: now, in: snapshot)
        for (customer, debts) in overdue {
            let due = try ladder.due(debts, by: terms, at: now, in: snapshot)
            if !due.isEmpty { orders[customer, default: []] += due }
        }
        var looks: [WarningLook] = []
        for customer in changed.union(orders.keys).sorted() {
            guard try !facts.isArchived(customer, in: snapshot) else { continue }
            if changed.contains(customer) { looks.append(WarningLook(customer, order: nil)) }
            looks += (orders[customer] ?? []).map { WarningLook(customer, order: $0) }
        }
        return looks
    }

    /// Raises what is to be warned of a customer and notes what holds no more, or asks for what is to
    /// be done about one of its debts; tells how many warnings were raised.
    func carryOut(
        _ look: WarningLook,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Int {
        let customer = look.customer
        guard try !facts.isArchived(customer, in: transaction) else { return 0 }
        if let order = look.order {
            let terms = try policy(in: transaction).terms
            try ladder.look(at: order, by: terms, occasion, in: transaction)
            return 0
        }
        let id = customer.rawValue
        let change = WarningChange(
            try findings(of: customer, at: occasion.at, in: transaction),
            try store.standing(of: id...id, in: transaction)
        )
        for warning in change.cleared {
            try store.clear(warning, at: occasion.at, in: transaction)
        }
        for finding in change.raised {
            try raise(finding, of: customer, by: occasion, in: transaction)
        }
        return change.raised.count
    }
}

/// A customer whose cases are to be looked at; or one of its orders, of which a step of the ladder is
/// to be asked for or to be ended.
struct WarningLook: Sendable {
    let customer: ID<Customer>
    let order: ID<Order>?

    init(_ customer: ID<Customer>, order: ID<Order>?) {
        self.customer = customer
        self.order = order
    }
}

/// What becomes of the cases of a customer by what is found now.
struct WarningChange: Sendable {
    private(set) var raised: [WarningFinding] = []
    private(set) var cleared: [ID<Warning>] = []

    var isEmpty: Bool { raised.isEmpty && cleared.isEmpty }

    /// One case of a kind at a time; what was closed is not raised again while it holds on.
    init(_ findings: [WarningFinding], _ standing: [StandingWarning]) {
        let closed = standing.filter { $0.status == .closed }
        var open = Set(standing.filter { $0.status != .closed }.map(\.kind))
        cleared = closed.filter { warning in
            !findings.contains(where: warning.isRaised)
        }
        .map(\.id)
        for finding in findings where !closed.contains(where: { $0.isRaised(by: finding) }) {
            if open.insert(finding.kind).inserted { raised.append(finding) }
        }
    }
}

// MARK: - Runs

extension WarningService {
    package func run(_ id: ID<WarningRun>, in snapshot: Snapshot) throws -> WarningRun {
        guard let run = try store.run(id, in: snapshot) else { throw ServiceError.notFound }
        return run
    }

    package func runs(
        _ request: PageRequest<WarningRunSorting>,
        in snapshot: Snapshot
    ) throws -> Page<WarningRun> {
        try store.runs(request, in: snapshot)
    }

    /// Starts a look at all customers, which `WarningRunner` carries out.
    package func startRun(
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> WarningRun {
        guard let id = try store.insertRun(at: occasion.at, in: transaction) else {
            throw ServiceError.notFound
        }
        return try record("warning-run.started", id, nil, by: occasion, in: transaction)
    }

    /// Notes how far a run has come, and how many more warnings it has raised; at its end the
    /// journal says so.
    func advance(
        _ run: WarningRun,
        raised: Int = 0,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let old = try self.run(run.id, in: transaction)
        try store.advance(run, raised: raised, in: transaction)
        guard run.status == .finished else { return }
        _ = try record("warning-run.finished", run.id, old, by: occasion, in: transaction)
    }

    /// Whether a look at all customers is due: with each new day, and when something asks for it.
    func isRunDue(at now: Instant, in snapshot: Snapshot) throws -> Bool {
        if try store.isRunDemanded(in: snapshot) { return true }
        guard let last = try store.lastLook(in: snapshot) else { return false }
        return zone.day(of: last) < zone.day(of: now)
    }

    private func record(
        _ action: String,
        _ id: ID<WarningRun>,
        _ old: WarningRun?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> WarningRun {
        let new = try run(id, in: transaction)
        try journal.append(
            action,
            Subject(.warningRun, id),
            changes: descriptions.run(old, new),
            by: occasion,
            in: transaction
        )
        return new
    }
}
