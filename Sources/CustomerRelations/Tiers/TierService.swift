// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Customer tiers (客户分级): the policy, the runs, and where each customer stands.
package struct TierService: Sendable {
    private let policies = TierPolicyStore()
    private let runs = TierRunStore()
    private let bases = TierBasisStore()
    private let standings = TierStore()
    private let customers = CustomerStore()
    private let merges = MergeStore()
    private let journal: Journal
    private let zone: CivilTimeZone
    private let latestRun = Remembered<TierRun?>()
    private let describeRun: Describe<TierRun>
    private let describePolicy: Describe<TierPolicy>

    /// The zone's calendar says how long a month is.
    package init(
        journal: Journal,
        zone: CivilTimeZone,
        describeRun: @escaping Describe<TierRun>,
        describePolicy: @escaping Describe<TierPolicy>
    ) {
        self.journal = journal
        self.zone = zone
        self.describeRun = describeRun
        self.describePolicy = describePolicy
    }

    /// The policy in force.
    package func policy(in snapshot: Snapshot) throws -> TierPolicy {
        guard let policy = try policies.latest(in: snapshot) else { throw ServiceError.notFound }
        return policy
    }

    /// Puts other rules in force, for runs that are started from now on.
    package func setPolicy(
        _ rules: TierRules,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> TierPolicy {
        let old = try policy(in: transaction)
        guard rules != old.rules else { return old }
        let refusals = rules.refusals
        guard refusals.isEmpty else { throw ServiceError.senselessPolicy(refusals) }
        let isAsBefore = rules.runEveryDays == old.rules.runEveryDays
        try policies.insert(
            rules,
            runsFrom: isAsBefore ? old.runsFrom : firstTurn(of: rules, after: occasion.at),
            at: occasion.at,
            in: transaction
        )
        let new = try policy(in: transaction)
        try journal.append(
            "tier-policy.changed",
            Subject(.tierPolicy, Int64(new.version)),
            changes: describePolicy(old, new),
            by: occasion,
            in: transaction
        )
        return new
    }

    private func firstTurn(of rules: TierRules, after now: Instant) -> CalendarDay? {
        rules.runEveryDays.map { _ in TierSchedule.today(at: now, in: zone).adding(days: 1) }
    }
}

// MARK: - Standings

extension TierService {
    /// Where a customer stands in the latest finished run, or the latest at or before an instant;
    /// nil if the customer was not ranked in it.
    package func tier(
        of customer: ID<Customer>,
        asOf: Instant? = nil,
        in snapshot: Snapshot
    ) throws -> TierStanding? {
        if let run = try latestRun(asOf: asOf, in: snapshot),
            let standing = try standings.find(customer, of: run, in: snapshot)
        {
            return standing.former == nil ? standing : try explained([standing], in: snapshot)[0]
        }
        guard try customers.exists(customer, in: snapshot) else { throw ServiceError.notFound }
        // No run has ranked it since it was parted from another.
        guard let id = try merges.runBeforeParting(of: customer, in: snapshot),
            let run = try runs.find(id, in: snapshot), run.asOf <= asOf ?? .last
        else { return nil }
        return try standings.find(customer, of: run, in: snapshot)
    }

    /// Standings of one run with the figures from which those came who moved in it.
    private func explained(
        _ standings: [TierStanding],
        in snapshot: Snapshot
    ) throws -> [TierStanding] {
        guard let run = standings.first(where: { $0.former != nil })?.run,
            let id = try runs.previous(before: run.asOf, in: snapshot),
            let before = try runs.find(id, in: snapshot)
        else { return standings }
        return try standings.map { standing in
            guard let tier = standing.former?.tier,
                let profit = try self.standings.profit(
                    of: standing.customer,
                    in: tier,
                    of: before.id,
                    in: snapshot
                )
            else { return standing }
            var standing = standing
            standing.former = FormerStanding(
                tier: tier,
                profit: profit,
                cutoff: before.outcome?.cutoffs.least(of: tier)
            )
            return standing
        }
    }

    private func latestRun(asOf: Instant?, in snapshot: Snapshot) throws -> TierRun? {
        if let asOf { return try runs.latest(asOf: asOf, in: snapshot) }
        // Everyone asks for this one, and it changes with a run.
        return try snapshot.remembering(latestRun) {
            try runs.latest(asOf: .last, in: snapshot)
        }
    }

    /// The standings of one run, by rank.
    ///
    /// The keys of its pages name the run beside the rank, so that a run that finishes meanwhile
    /// does not mix its ranks with those of the pages before.
    package func list(
        _ filter: TierFilter,
        _ request: PageRequest<TierSorting>,
        in snapshot: Snapshot
    ) throws -> Page<TierStanding> {
        var run: TierRun?
        var rank: StoredValue?
        if let after = request.after, after.count == 2, let id = ID<TierRun>(stored: after[0]) {
            run = try runs.find(id, in: snapshot)
            rank = after[1]
        } else {
            run = try latestRun(asOf: filter.asOf, in: snapshot)
        }
        guard let run else { return Page(rows: [], next: nil, count: request.counts ? 0 : nil) }
        let page = try standings.page(
            of: run,
            filter,
            PageRequest(
                limit: request.limit,
                after: rank.map { [$0] },
                sorting: request.sorting,
                isDescending: request.isDescending,
                counts: request.counts
            ),
            in: snapshot
        )
        return Page(
            rows: try explained(page.rows, in: snapshot),
            next: page.next.map { [run.id.stored] + $0 },
            count: page.count
        )
    }
}

// MARK: - Runs

extension TierService {
    package func run(_ id: ID<TierRun>, in snapshot: Snapshot) throws -> TierRun {
        guard let run = try runs.find(id, in: snapshot) else { throw ServiceError.notFound }
        return run
    }

    package func runs(
        _ request: PageRequest<TierRunSorting>,
        in snapshot: Snapshot
    ) throws -> Page<TierRun> {
        try runs.page(request, in: snapshot)
    }

    /// Starts a run, which `TierRunner` carries out.
    package func start(
        _ new: NewTierRun,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> TierRun {
        let policy = try policy(in: transaction)
        let asOf = new.asOf ?? occasion.at
        let months = new.windowMonths ?? policy.rules.windowMonths
        guard TierRules.windowRange.contains(months) else {
            throw ServiceError.refused([TierRules.windowRefusal])
        }
        guard asOf <= occasion.at else { throw ServiceError.futureAsOf(now: occasion.at) }
        return try start(
            asOf: asOf,
            months: months,
            policy,
            scope: new.scope ?? .changed,
            by: occasion,
            in: transaction
        )
    }

    /// The day that has its turn by the policy, if no run was started for it and none is under way,
    /// behind which it has to wait.
    func dueDay(at now: Instant, in snapshot: Snapshot) throws -> CalendarDay? {
        guard let schedule = try policy(in: snapshot).schedule,
            let day = schedule.turn(until: TierSchedule.today(at: now, in: zone)),
            try !runs.isScheduled(on: day, in: snapshot),
            try runs.pending(in: snapshot) == nil
        else { return nil }
        return day
    }

    /// Starts the run of the day that has its turn, as of the beginning of that day, so that it finds
    /// the same however late it starts.
    func startDue(by occasion: Occasion, in transaction: Transaction) throws -> TierRun? {
        guard let day = try dueDay(at: occasion.at, in: transaction) else { return nil }
        let policy = try policy(in: transaction)
        return try start(
            asOf: zone.startOfDay(day),
            months: policy.rules.windowMonths,
            policy,
            scope: .changed,
            scheduledOn: day,
            by: occasion,
            in: transaction
        )
    }

    private func start(
        asOf: Instant,
        months: Int,
        _ policy: TierPolicy,
        scope: TierRun.Scope,
        scheduledOn: CalendarDay? = nil,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> TierRun {
        let id = try runs.insert(
            asOf: asOf,
            windowStart: zone.windowStart(asOf: asOf, months: months),
            windowMonths: months,
            policy: policy,
            scope: scope,
            scheduledOn: scheduledOn,
            at: occasion.at,
            in: transaction
        )
        guard let id else { throw ServiceError.notFound }
        return try record("tier-run.started", id, nil, by: occasion, in: transaction)
    }

    /// Makes a run visible; the one that is in force now is what the next goes on from.
    func finish(
        _ run: TierRun,
        _ outcome: TierOutcome,
        _ reading: TierReading,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> TierRun {
        try runs.finish(run.id, outcome, reading, at: occasion.at, in: transaction)
        if try runs.latest(asOf: .last, in: transaction)?.id == run.id {
            try bases.put(run.id, reading.marks, in: transaction)
        }
        return try record("tier-run.finished", run.id, run, by: occasion, in: transaction)
    }

    func fail(
        _ run: TierRun,
        reason: String,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> TierRun {
        try runs.fail(run.id, reason: reason, at: occasion.at, in: transaction)
        return try record("tier-run.failed", run.id, run, by: occasion, in: transaction)
    }

    private func record(
        _ action: String,
        _ id: ID<TierRun>,
        _ old: TierRun?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> TierRun {
        let run = try run(id, in: transaction)
        try journal.append(
            action,
            Subject(.tierRun, id),
            changes: describeRun(old, run),
            by: occasion,
            in: transaction
        )
        return run
    }
}
