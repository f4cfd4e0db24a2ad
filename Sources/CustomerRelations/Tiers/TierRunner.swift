// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Carries out the runs that were started, one by one, on a thread that may wait.
///
/// It reads on one view, with another thread if it has one, reckons in memory, some 120 bytes a customer,
/// and writes piece by piece, so that other changes come in between: who has which rank while it still
/// reads what no rank depends on, then the standings. Nothing of a run shows before its last
/// transaction, which marks it as finished; one that was cut off is done anew from the beginning.
/// Stages (M21) are each customer's own, and show as they are assessed: done anew, an assessment of
/// the same date says the same. A standing keeps the stage that the view or the run says stood at the
/// run's date.
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
            var findings = try context.view { view in
                try find(run, in: view, writing: context.writing)
            }
            for (customer, stage) in try assess(findings.stages, of: run, in: context) {
                findings.ranking.note(stage, of: customer)
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

    private func find(
        _ run: TierRun,
        in view: SharedView,
        writing: Writer
    ) throws -> Findings {
        let reader = try TierReader(of: run, in: view.snapshot)
        var (ranking, reading) = try reader.read(in: view)
        ranking.rank()
        let byRank = ranking.byRank
        let writingRanks = view.start { _ in try write(byRank, of: run, to: writing) }
        ranking.classify()
        for position in try reader.positions(in: view).joined().givingWay() {
            ranking.follow(position)
        }
        ranking.compare()
        let shares = try noteAttitudes(run, in: &ranking, view.snapshot)
        try noteEarlyAdopters(run, in: &ranking, view.snapshot)
        let positions = try view.map(reader.sections.count) { [assessments] number, snapshot in
            var positions: [StageStore.Position] = []
            try assessments.forEachPosition(of: reader.sections[number], in: snapshot) {
                positions.append($0)
            }
            return positions
        }
        for position in positions.joined().givingWay() where position.asOf <= run.asOf {
            ranking.note(position.stage, of: position.customer)
        }
        var findings = Findings(ranking: ranking, reading: reading)
        // Stages go by the policy's window; a run with another says nothing of them.
        if run.windowMonths == run.policy.rules.windowMonths {
            findings.stages = try stageFindings(
                run,
                ranking.entries,
                shares,
                positions.joined(),
                view.snapshot
            )
        }
        let latest = try runs.latest(asOf: .last, in: view.snapshot)
        if latest.map({ $0.asOf <= run.asOf }) ?? true {
            findings.endings = try EndingProposals(
                ranking.entries,
                of: run,
                endings,
                in: view.snapshot
            )
        }
        try writingRanks.wait()
        return findings
    }

    /// Notes how customers choose between brands, and answers what share of their needs we have.
    private func noteAttitudes(
        _ run: TierRun,
        in ranking: inout TierRanking,
        _ snapshot: Snapshot
    ) throws -> [ID<Customer>: WalletShare] {
        var shares: [ID<Customer>: WalletShare] = [:]
        var group: (customer: ID<Customer>, categories: [CategoryShare])?
        func close() {
            guard let (customer, categories) = group,
                let finding = AttitudeFinding(categories)
            else { return }
            ranking.note(finding, of: customer)
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
        return shares
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
    ///
    /// Positions come by ascending customer id and date.
    private func stageFindings(
        _ run: TierRun,
        _ entries: [TierEntry],
        _ shares: [ID<Customer>: WalletShare],
        _ positions: some Sequence<StageStore.Position>,
        _ snapshot: Snapshot
    ) throws -> [StageFinding] {
        var positions = positions.makeIterator()
        var next = positions.next()
        var findings: [StageFinding] = []
        for entry in entries.givingWay() {
            var last: StageStore.Position?
            while let position = next, position.customer <= entry.customer {
                last = position.customer == entry.customer ? position : nil
                next = positions.next()
            }
            let hasPurchases = try hasPurchases(entry, run, snapshot)
            let ofOrders =
                hasPurchases ? WalletShare.ofOrders(after: last?.stage, last?.share) : .nothing
            let stated = shares[entry.customer].map {
                WalletShare(bought: $0.bought, need: $0.need, hasPurchases: hasPurchases)
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

    /// Whether an order of the window stands: where all orders come to more than what came back, one
    /// does; of the few others each is looked at.
    private func hasPurchases(
        _ entry: TierEntry,
        _ run: TierRun,
        _ snapshot: Snapshot
    ) throws -> Bool {
        guard entry.orders > 0, entry.amount <= 0 else { return entry.orders > 0 }
        return try wallets.hasPurchases(
            entry.customer,
            from: run.windowStart,
            until: run.asOf,
            in: snapshot
        )
    }

    /// Enters what was found, and answers the stages that were entered.
    private func assess(
        _ findings: [StageFinding],
        of run: TierRun,
        in context: JobContext
    ) throws -> [(ID<Customer>, Customer.Stage)] {
        let pieces = try context.change(findings) { [stages] findings, occasion, transaction in
            try findings.compactMap { finding -> (ID<Customer>, Customer.Stage)? in
                let input = StageInput(
                    asOf: run.asOf,
                    windowStart: run.windowStart,
                    windowMonths: run.windowMonths,
                    run: run.id,
                    share: finding.share
                )
                let enter = finding.isFirst ? stages.enterFirst : stages.enterOfAll
                let stage = try enter(input, finding.customer, occasion, transaction)
                return stage.map { (finding.customer, $0) }
            }
        }
        return pieces.flatMap { $0 }
    }

    // Each table is written from its beginning to its end: what goes there touches few pages.

    /// Writes who has which rank.
    private func write(_ byRank: [ID<Customer>], of run: TierRun, to writing: Writer) throws {
        try write(byRank.count, of: run, from: 0, to: writing) { [standings] piece, transaction in
            try standings.insert(
                byRank[piece],
                from: piece.lowerBound + 1,
                of: run.id,
                in: transaction
            )
        }
    }

    /// Writes the standings.
    private func write(_ entries: [TierEntry], of run: TierRun, to writing: Writer) throws {
        try write(entries.count, of: run, from: 0.5, to: writing) {
            [standings] piece, transaction in
            try standings.insert(entries[piece], of: run.id, in: transaction)
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
