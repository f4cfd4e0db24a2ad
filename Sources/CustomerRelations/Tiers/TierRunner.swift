// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Carries out the runs that were started, one by one, on a thread that may wait.
///
/// It reads on one snapshot, reckons in memory, some 80 bytes a customer, and writes the standings
/// piece by piece, so that other changes come in between. Nothing of a run shows before its last
/// transaction, which marks it as finished; one that was cut off is done anew from the beginning.
package struct TierRunner: Sendable {
    private let tiers: TierService
    /// The most standings of a transaction: some twenty milliseconds of the writer's time.
    private let pieceSize: Int
    private let runs = TierRunStore()
    private let standings = TierStore()

    package init(_ tiers: TierService, pieceSize: Int = 2_000) {
        self.tiers = tiers
        self.pieceSize = pieceSize
    }

    /// Carries out the earliest run in date that was started; false if there is none.
    ///
    /// A run that meets an error is marked as failed, and the error thrown on. If the writer takes
    /// nothing any more (`QueueFull`), or the disk is full, the run stays as it is, to be done
    /// anew.
    package func runPending(
        reading: Connection,
        writing: Writer,
        actor: String,
        requestID: String,
        now: () -> Instant
    ) throws -> Bool {
        let pending = try reading.read { snapshot in try runs.pending(in: snapshot) }
        guard let run = pending else { return false }
        let outcome: TierOutcome
        do {
            try clear(run, in: writing)
            let ranking = try reading.read { snapshot in try rank(run, in: snapshot) }
            try write(ranking.entries, of: run, to: writing)
            outcome = ranking.outcome
        } catch let error as QueueFull {
            throw error
        } catch let error as SQLiteError where error.isFull || error.isReadOnly {
            throw error
        } catch {
            try clear(run, in: writing)
            let occasion = Occasion(at: now(), actor: actor, requestID: requestID)
            _ = try writing.write { [tiers] transaction in
                try tiers.fail(run, by: occasion, in: transaction)
            }
            throw error
        }
        let occasion = Occasion(at: now(), actor: actor, requestID: requestID)
        _ = try writing.write { [tiers] transaction in
            try tiers.finish(run, outcome, by: occasion, in: transaction)
        }
        return true
    }

    /// Ranks all customers on one view of the database.
    private func rank(_ run: TierRun, in snapshot: Snapshot) throws -> TierRanking {
        var ranking = TierRanking(
            asOf: run.asOf,
            rules: run.policy.rules,
            reservingCapacity: try standings.countCustomers(in: snapshot)
        )
        try standings.forEachCustomer(in: snapshot) { ranking.append($0) }
        let (start, end) = (run.windowStart, run.asOf)
        try standings.forEachPurchases(from: start, until: end, in: snapshot) { ranking.add($0) }
        ranking.rewind()
        try standings.forEachCancelled(from: start, until: end, in: snapshot) { ranking.add($0) }
        ranking.rewind()
        try standings.forEachRefunds(from: start, until: end, in: snapshot) { ranking.refund($0) }
        ranking.rewind()
        try standings.forEachExpense(from: start, until: end, in: snapshot) {
            ranking.spend($1, on: $0)
        }
        ranking.rank()
        try standings.forEachPosition(before: run.asOf, in: snapshot) { ranking.follow($0) }
        return ranking
    }

    private func write(_ entries: [TierEntry], of run: TierRun, to writing: Writer) throws {
        for start in stride(from: 0, to: entries.count, by: pieceSize) {
            let end = min(start + pieceSize, entries.count)
            let piece = entries[start..<end]
            let progress = Double(end) / Double(entries.count)
            try writing.write { [standings, runs] transaction in
                try standings.insert(piece, of: run.id, in: transaction)
                try runs.setProgress(progress, of: run.id, in: transaction)
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
