// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Carries out the runs that were started, one by one, on a thread that may wait.
///
/// It reads on one snapshot, reckons in memory, some 120 bytes a customer, and writes the standings
/// piece by piece, so that other changes come in between. Nothing of a run shows before its last
/// transaction, which marks it as finished; one that was cut off is done anew from the beginning.
/// Stages (M21) are each customer's own, and show as they are assessed: done anew, an assessment of
/// the same date says the same. A standing keeps the stage that stood at the run's date by then.
package struct TierRunner: Sendable {
    private let tiers: TierService
    private let stages: StageService
    private let endings: EndingService
    /// The most standings of a transaction for which others wait: some two milliseconds of the
    /// writer's time.
    private let pieceSize: Int
    /// So many pieces make one transaction while nobody waits.
    private static let piecesAtOnce = 32
    private let runs = TierRunStore()
    private let standings = TierStore()
    private let bases = TierBasisStore()
    private let wallets = WalletStore()
    private let assessments = StageStore()

    package init(
        _ tiers: TierService,
        _ stages: StageService,
        _ endings: EndingService,
        pieceSize: Int = 500
    ) {
        self.tiers = tiers
        self.endings = endings
        self.stages = stages
        self.pieceSize = pieceSize
    }

    /// Starts a run if one has its turn by the policy and none is under way.
    package func startDue(in context: JobContext) throws {
        let occasion = context.occasion
        let isDue = try context.reading.read { snapshot in
            try tiers.dueDay(at: occasion.at, in: snapshot) != nil
        }
        guard isDue else { return }
        _ = try context.writing.write { [tiers] transaction in
            try tiers.startDue(by: occasion, in: transaction)
        }
    }

    /// Carries out the earliest run in date that was started; false if there is none.
    ///
    /// A run that meets an error is marked as failed, and the error thrown on. If it is interrupted,
    /// the writer takes nothing any more (`QueueFull`), or the disk is full, the run stays as it is,
    /// to be done anew.
    package func runPending(in context: JobContext) throws -> Bool {
        let pending = try context.reading.read { snapshot in try runs.pending(in: snapshot) }
        guard let run = pending else { return false }
        let outcome: TierOutcome
        let seen: TierReading
        do {
            try clear(run, in: context.writing)
            var findings = try context.reading.read { snapshot in try find(run, in: snapshot) }
            try assess(findings.stages, of: run, in: context)
            try context.reading.read { snapshot in
                try noteStages(run, in: &findings.ranking, snapshot)
            }
            try write(findings.ranking.entries, of: run, to: context.writing)
            outcome = findings.ranking.outcome
            seen = findings.reading
            try findings.endings?.put(of: run, endings, pieceSize: pieceSize, in: context)
        } catch let error as QueueFull {
            throw error
        } catch let error as SQLiteError where error.isPassing {
            throw error
        } catch {
            try clear(run, in: context.writing)
            let (occasion, reason) = (context.occasion, TierRun.reason(error))
            _ = try context.writing.write { [tiers] transaction in
                try tiers.fail(run, reason: reason, by: occasion, in: transaction)
            }
            throw error
        }
        let occasion = context.occasion
        _ = try context.writing.write { [tiers] transaction in
            try tiers.finish(run, outcome, seen, by: occasion, in: transaction)
        }
        return true
    }

    /// What a run finds on one view of the database.
    private struct Findings: Sendable {
        var ranking: TierRanking
        var reading: TierReading
        var stages: [StageFinding] = []
        /// Nil of a past date, which says nothing of today.
        var endings: EndingProposals?
    }

    /// A customer whose last assessment says otherwise.
    private struct StageFinding: Sendable {
        let customer: ID<Customer>
        let share: WalletShare
        /// Whether there was no assessment before.
        let isFirst: Bool
    }

    private func find(_ run: TierRun, in snapshot: Snapshot) throws -> Findings {
        var findings = try rank(run, in: snapshot)
        var shares: [ID<Customer>: WalletShare] = [:]
        var group: (customer: ID<Customer>, categories: [CategoryShare])?
        findings.ranking.rewind()
        func close() {
            guard let (customer, categories) = group,
                let finding = AttitudeFinding(categories)
            else { return }
            findings.ranking.note(finding, of: customer)
            shares[customer] = finding.share
        }
        try wallets.forEachCategory(
            from: run.windowStart,
            until: run.asOf,
            months: run.windowMonths,
            in: snapshot
        ) { customer, category in
            if group?.customer == customer {
                group?.categories.append(category)
            } else {
                close()
                group = (customer, [category])
            }
        }
        close()
        try noteEarlyAdopters(run, in: &findings.ranking, snapshot)
        // Stages go by the policy's window; a run with another says nothing of them.
        if run.windowMonths == run.policy.rules.windowMonths {
            findings.stages = try stageFindings(run, findings.ranking.entries, shares, in: snapshot)
        }
        let latest = try runs.latest(asOf: .last, in: snapshot)
        if latest.map({ $0.asOf <= run.asOf }) ?? true {
            findings.endings = try EndingProposals(
                findings.ranking.entries,
                of: run,
                endings,
                in: snapshot
            )
        }
        return findings
    }

    private func noteEarlyAdopters(
        _ run: TierRun,
        in ranking: inout TierRanking,
        _ snapshot: Snapshot
    ) throws {
        let (days, zone) = (run.policy.rules.earlyAdopterDays, stages.zone)
        let first = zone.day(of: run.windowStart).adding(days: -days)
        let last = zone.day(of: run.asOf)
        let launches = try wallets.launches(from: first, through: last, in: snapshot)
        guard let newest = launches.first?.day, let oldest = launches.last?.day else { return }
        var adopters: [ID<Customer>] = []
        try wallets.forEachBuyer(
            ofLaunchesFrom: oldest,
            through: newest,
            from: max(run.windowStart, zone.startOfDay(oldest)),
            until: min(run.asOf, zone.startOfDay(newest.adding(days: days + 1))),
            asOf: run.asOf,
            in: snapshot
        ) { customer, placedAt, launch in
            let age = zone.day(of: placedAt).daysSinceEpoch - launch.daysSinceEpoch
            if (0...days).contains(age) { adopters.append(customer) }
        }
        for customer in adopters { ranking.noteEarlyAdopter(customer) }
    }

    /// The customers of whom the run says what their last assessment does not; those who were
    /// assessed as of a later date are passed over.
    private func stageFindings(
        _ run: TierRun,
        _ entries: [TierEntry],
        _ shares: [ID<Customer>: WalletShare],
        in snapshot: Snapshot
    ) throws -> [StageFinding] {
        var positions: [StageStore.Position] = []
        try assessments.forEachPosition(in: snapshot) { positions.append($0) }
        var place = 0
        var findings: [StageFinding] = []
        for entry in entries {
            while place < positions.count, positions[place].customer < entry.customer { place += 1 }
            let isKnown = place < positions.count && positions[place].customer == entry.customer
            let last = isKnown ? positions[place] : nil
            let ofOrders =
                entry.orders > 0 ? WalletShare.ofOrders(after: last?.stage, last?.share) : .nothing
            let stated = shares[entry.customer].map {
                WalletShare(bought: $0.bought, need: $0.need, hasOrders: entry.orders > 0)
            }
            guard let share = stated ?? ofOrders,
                last.map({ $0.asOf <= run.asOf && ($0.share != share || $0.pending != nil) })
                    ?? true
            else { continue }
            findings.append(
                StageFinding(customer: entry.customer, share: share, isFirst: last == nil)
            )
        }
        return findings
    }

    private func assess(
        _ findings: [StageFinding],
        of run: TierRun,
        in context: JobContext
    ) throws {
        try context.change(findings) { [stages] findings, occasion, transaction in
            for finding in findings {
                let input = StageInput(
                    asOf: run.asOf,
                    windowStart: run.windowStart,
                    windowMonths: run.windowMonths,
                    run: run.id,
                    share: finding.share
                )
                let enter = finding.isFirst ? stages.enterFirst : stages.enterOfAll
                try enter(input, finding.customer, occasion, transaction)
            }
        }
    }

    /// Notes where the relation with each customer stood at the date of a run.
    private func noteStages(
        _ run: TierRun,
        in ranking: inout TierRanking,
        _ snapshot: Snapshot
    ) throws {
        ranking.rewind()
        try assessments.forEachStage(asOf: run.asOf, in: snapshot) { ranking.note($1, of: $0) }
    }

    /// Ranks all customers on one view of the database.
    ///
    /// An earlier version may have recorded more of somebody than a sum can hold: that one's sums are
    /// cut off then, and all are ranked.
    private func rank(_ run: TierRun, in snapshot: Snapshot) throws -> Findings {
        do {
            return try rank(run, reading: .all, in: snapshot)
        } catch let error as SQLiteError where error.isIntegerOverflow {
            return try rank(run, reading: .allBounded, in: snapshot)
        }
    }

    private func rank(
        _ run: TierRun,
        reading all: TierStore.Customers,
        in snapshot: Snapshot
    ) throws -> Findings {
        var ranking = TierRanking(
            asOf: run.asOf,
            rules: run.policy.rules,
            reservingCapacity: try standings.countCustomers(in: snapshot)
        )
        try standings.forEachCustomer(in: snapshot) { ranking.append($0) }
        var reading = TierReading(
            customers: ranking.entries.count,
            marks: try bases.marks(in: snapshot)
        )
        // One by one they take some ten times as long each as in one pass over all.
        let few = ranking.entries.count / 16
        let previous = try runs.previous(before: run.asOf, in: snapshot)
        let basis = try basis(for: run, limit: max(few, 1_000), in: snapshot)
        if let previous, previous != basis?.run {
            try standings.forEachPosition(of: previous, in: snapshot) { ranking.follow($0) }
            ranking.rewind()
        }
        if let basis {
            try standings.forEachSums(of: basis.run, in: snapshot) { sums in
                if previous == basis.run { ranking.follow(sums.position) }
                if !basis.changed.contains(sums.position.customer) { ranking.take(sums) }
            }
            ranking.rewind()
        }
        let unread = ranking.unread
        reading.basis = basis?.run
        reading.customers = unread.count
        if basis != nil, unread.count <= few {
            for customer in unread { try read(run, of: .one(customer), &ranking, in: snapshot) }
        } else {
            try read(run, of: all, &ranking, in: snapshot)
        }
        ranking.rank()
        return Findings(ranking: ranking, reading: reading)
    }

    /// The run whose sums still hold of all but those who have changed.
    private struct Basis {
        let run: ID<TierRun>
        let changed: Set<ID<Customer>>
    }

    /// What a run can go on from; nil if all have to be read.
    private func basis(for run: TierRun, limit: Int, in snapshot: Snapshot) throws -> Basis? {
        guard let basis = try bases.find(in: snapshot), basis.fits(run),
            let changed = try bases.changed(since: basis, until: run, limit: limit, in: snapshot)
        else { return nil }
        return Basis(run: basis.run.id, changed: changed)
    }

    /// Reads what one customer, or each of whom nothing was taken over, bought and cost in the window.
    private func read(
        _ run: TierRun,
        of customers: TierStore.Customers,
        _ ranking: inout TierRanking,
        in snapshot: Snapshot
    ) throws(SQLiteError) {
        let (start, end) = (run.windowStart, run.asOf)
        func begin() {
            if case .one = customers { return }
            ranking.rewind()
        }
        try standings.forEachPurchases(of: customers, from: start, until: end, in: snapshot) {
            ranking.add($0)
        }
        begin()
        try standings.forEachCancelled(of: customers, from: start, until: end, in: snapshot) {
            ranking.add($0)
        }
        begin()
        try standings.forEachRefunds(of: customers, from: start, until: end, in: snapshot) {
            ranking.refund($0)
        }
        begin()
        try standings.forEachExpense(of: customers, from: start, until: end, in: snapshot) {
            ranking.spend($1, on: $0)
        }
    }

    /// Writes the standings by customer, and then who has which rank by rank: what goes to the end
    /// of its table touches few pages.
    private func write(_ entries: [TierEntry], of run: TierRun, to writing: Writer) throws {
        try write(entries.count, of: run, from: 0, to: writing) { [standings] piece, transaction in
            try standings.insert(entries[piece], of: run.id, in: transaction)
        }
        var ranked = entries.map(\.customer)
        for entry in entries { ranked[Int(entry.rank) - 1] = entry.customer }
        let byRank = ranked
        try write(entries.count, of: run, from: 0.5, to: writing) {
            [standings] piece, transaction in
            try standings.insert(
                byRank[piece],
                from: piece.lowerBound + 1,
                of: run.id,
                in: transaction
            )
        }
    }

    /// Writes so many rows, which are half of the run, in transactions that end with a piece where
    /// others wait.
    private func write(
        _ count: Int,
        of run: TierRun,
        from progress: Double,
        to writing: Writer,
        _ insert: @escaping @Sendable (Range<Int>, Transaction) throws -> Void
    ) throws {
        var start = 0
        while start < count {
            let first = start
            start = try writing.write { [runs, pieceSize] transaction in
                var end = first
                repeat {
                    let piece = end..<min(end + pieceSize, count)
                    try insert(piece, transaction)
                    end = piece.upperBound
                } while end < count && end - first < Self.piecesAtOnce * pieceSize
                    && !transaction.isAwaited
                try runs.setProgress(
                    progress + Double(end) / Double(2 * count),
                    of: run.id,
                    in: transaction
                )
                return end
            }
        }
    }

    /// Deletes what was written of a run.
    private func clear(_ run: TierRun, in writing: Writer) throws {
        var deleted: Int
        repeat {
            deleted = try writing.write { [standings, runs, pieceSize] transaction in
                try runs.setProgress(0, of: run.id, in: transaction)
                return try standings.delete(atMost: pieceSize, of: run.id, in: transaction)
            }
        } while deleted == pieceSize
    }
}
