// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// How far the relation with each customer has come, by our share of what it buys (M21, M22,
/// 关系四阶段).
package struct StageService: Sendable {
    /// The days in which a fall is to be repaired.
    static let repairDays: Int64 = 7

    let customers: CustomerService
    let singleThread: SingleThreadService
    let zone: CivilTimeZone
    private let store = StageStore()
    private let wallets = WalletStore()
    private let policies = TierPolicyStore()
    private let keepers = CustomerKeepers()
    private let tasks: TaskService
    private let journal: Journal
    private let describe: Describe<StageAssessment>

    package init(
        customers: CustomerService,
        singleThread: SingleThreadService,
        tasks: TaskService,
        zone: CivilTimeZone,
        journal: Journal,
        describe: @escaping Describe<StageAssessment>
    ) {
        self.customers = customers
        self.singleThread = singleThread
        self.tasks = tasks
        self.zone = zone
        self.journal = journal
        self.describe = describe
    }

    /// Where the relation with a customer stands, as of an instant; now, if none is given, and then
    /// with what is advised.
    package func standing(
        of id: ID<Customer>,
        asOf: Instant?,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> StageStanding {
        let customer = try customers.find(id, in: snapshot)
        let assessment = try store.latest(of: id, asOf: asOf ?? .last, in: snapshot)
        let wallet = try wallet(of: id, asOf: asOf ?? now, in: snapshot)
        var advice: StageAdvice?
        let isPast = assessment?.isPast(by: wallet) ?? false
        if asOf == nil, !isPast, let stage = assessment?.stage ?? wallet.share?.stage {
            advice = try self.advice(at: stage, to: customer, wallet, now, in: snapshot)
        }
        return StageStanding(
            customerID: id,
            assessment: assessment,
            wallet: wallet,
            advice: advice
        )
    }

    /// The policy's window before an instant.
    struct Window {
        let start: Instant
        let months: Int
    }

    func window(asOf: Instant, in snapshot: Snapshot) throws -> Window {
        guard let months = try policies.latest(in: snapshot)?.rules.windowMonths else {
            throw ServiceError.notFound
        }
        return Window(start: zone.windowStart(asOf: asOf, months: months), months: months)
    }

    /// What a customer buys in all in the policy's window before an instant, and what of it from us.
    package func wallet(
        of customer: ID<Customer>,
        asOf: Instant,
        in snapshot: Snapshot
    ) throws -> Wallet {
        let window = try window(asOf: asOf, in: snapshot)
        let start = window.start
        return Wallet(
            asOf: asOf,
            windowStart: start,
            windowMonths: window.months,
            categories: try wallets.categories(
                of: customer,
                from: start,
                until: asOf,
                months: window.months,
                in: snapshot
            ),
            hasPurchases: try wallets.hasPurchases(customer, from: start, until: asOf, in: snapshot)
        )
    }

    package func list(
        of customer: ID<Customer>,
        _ request: PageRequest<StageAssessmentSorting>,
        in snapshot: Snapshot
    ) throws -> Page<StageAssessment> {
        _ = try customers.reference(to: customer, in: snapshot)
        return try store.page(of: customer, request, in: snapshot)
    }

    package func find(
        _ id: ID<StageAssessment>,
        in snapshot: Snapshot
    ) throws -> StageAssessment {
        guard let found = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return found
    }
}

/// What an assessment of a customer goes by.
struct StageInput: Sendable {
    let asOf: Instant
    let windowStart: Instant
    let windowMonths: Int
    let run: ID<TierRun>?
    let share: WalletShare
}

// MARK: - Assessing

extension StageService {
    /// Assesses one customer; what an assessment of the same date found is found anew.
    package func assess(
        _ id: ID<Customer>,
        _ new: NewStageAssessment,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> StageAssessment {
        let asOf = new.asOf ?? occasion.at
        let customer = try customers.find(id, in: transaction)
        guard customer.archivedAt == nil else {
            throw ServiceError.notAllowedNow("customer \(id.rawValue) is archived", allowed: [])
        }
        guard asOf <= occasion.at else { throw ServiceError.futureAsOf(now: occasion.at) }
        let last = try store.latest(of: id, asOf: .last, in: transaction)
        if let last, last.asOf > asOf {
            throw ServiceError.refused(
                "/asOf",
                "must not lie before the last assessment, which was as of \(last.asOf)"
            )
        }
        let wallet = try wallet(of: id, asOf: asOf, in: transaction)
        guard let share = wallet.share ?? WalletShare.ofOrders(after: last?.stage, last?.share)
        else {
            throw ServiceError.stageUnknown(id)
        }
        let input = StageInput(
            asOf: asOf,
            windowStart: wallet.windowStart,
            windowMonths: wallet.windowMonths,
            run: nil,
            share: share
        )
        return try enter(input, of: id, isOfAll: false, by: occasion, in: transaction)
    }

    /// Enters what a run found of a customer who was never assessed, unless it was meanwhile.
    ///
    /// There may be as many as there are customers, so it takes the shortest way. Answers the stage; nil
    /// if nothing was entered.
    func enterFirst(
        _ input: StageInput,
        of id: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Customer.Stage? {
        let step = StageStep(input.share, after: nil)
        let isEntered = try store.insertFirst(
            step,
            input,
            of: id,
            at: occasion.at,
            in: transaction
        )
        guard !isEntered else { return step.stage }
        return try enterOfAll(input, of: id, by: occasion, in: transaction)
    }

    /// Enters what a run of all customers found of one, unless it was assessed as of a later date since.
    ///
    /// Answers the stage; nil if nothing was entered.
    func enterOfAll(
        _ input: StageInput,
        of id: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Customer.Stage? {
        if let last = try store.latest(of: id, asOf: .last, in: transaction), last.asOf > input.asOf
        {
            return nil
        }
        return try enter(input, of: id, isOfAll: true, by: occasion, in: transaction).stage
    }

    /// Enters what was found of a customer as of a date that is not before its last assessment's.
    ///
    /// What says nothing new leaves no trace. Of all customers' first assessments the run tells.
    @discardableResult
    func enter(
        _ input: StageInput,
        of id: ID<Customer>,
        isOfAll: Bool,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> StageAssessment {
        let latest = try store.latest(of: id, asOf: input.asOf, in: transaction)
        let isAgain = latest?.asOf == input.asOf
        var before = latest
        if isAgain {
            let earlier = input.asOf.adding(milliseconds: -1)
            before = try store.latest(of: id, asOf: earlier, in: transaction)
        }
        let step = StageStep(input.share, after: before?.step)
        if let latest, latest.share == input.share, latest.step == step { return latest }
        let isMoved = before.map { $0.stage != step.stage } ?? true
        var task = isAgain ? latest?.taskID : nil
        if let before, before.stage.isAbove(step.stage) {
            task = try repair(id, before, step, input, task, by: occasion, in: transaction)
        } else if let fallen = task {
            let isWithdrawn = try tasks.withdraw(
                fallen,
                note: "the relation has not fallen",
                by: occasion,
                in: transaction
            )
            if isWithdrawn { task = nil }
        }
        try store.put(
            step,
            changedAt: isMoved ? input.asOf : before?.changedAt ?? input.asOf,
            input,
            of: id,
            task: task,
            at: occasion.at,
            in: transaction
        )
        guard let new = try store.latest(of: id, asOf: input.asOf, in: transaction) else {
            throw ServiceError.notFound
        }
        if !isOfAll || (before != nil && isMoved) {
            try journal.append(
                "customer.stage-assessed",
                Subject(.customer, id),
                changes: describe(latest, new),
                by: occasion,
                in: transaction
            )
        }
        return new
    }

    /// Asks for a fall to be repaired, once for each (M22, 倒退修补), and tells by which task.
    ///
    /// Where it was asked for already, the task says how deep the fall is now.
    private func repair(
        _ id: ID<Customer>,
        _ before: StageAssessment,
        _ step: StageStep,
        _ input: StageInput,
        _ known: ID<StaffTask>?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ID<StaffTask> {
        let reason =
            "the relation fell from \(before.stage.rawValue) to \(step.stage.rawValue): "
            + "\(input.share) of what the customer needs was bought from us, after \(before.share)"
        if let known {
            try tasks.explain(known, reason, by: occasion, in: transaction)
            return known
        }
        return try tasks.open(
            NewTask(
                kind: "repair-relation",
                subject: Subject(.customer, id),
                cause: TaskOrigin.fall.cause("\(id.rawValue)-\(input.asOf)"),
                details: TaskDetails(
                    reason: reason,
                    dueAt: occasion.at.adding(
                        milliseconds: Self.repairDays * Instant.millisecondsPerDay
                    ),
                    assigneeID: try keepers.keeper(of: id, in: transaction)
                )
            ),
            by: occasion,
            in: transaction
        ).id
    }
}
