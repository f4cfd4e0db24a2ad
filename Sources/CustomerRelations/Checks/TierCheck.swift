// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Holds where customers stand in the latest tier run against what their sums make of them (M18, M19).
///
/// They are ranked anew, as a run does it: by as much memory.
struct TierCheck {
    private let runs = TierRunStore()
    private let standings = TierStore()

    /// The customers whose rank, tier, class, running sum or earlier tier does not follow.
    func unfitPlaces(in snapshot: Snapshot) throws -> [Int64] {
        guard let run = try runs.latest(asOf: .last, in: snapshot) else { return [] }
        let all = ID<Customer>(rawValue: .min)...ID<Customer>(rawValue: .max)
        var ranking = TierRanking(asOf: run.asOf, rules: run.policy.rules)
        try standings.forEachSums(of: run.id, all, in: snapshot) { sums in
            ranking.append(sums.position.customer)
            ranking.take(sums)
        }
        let previous = try runs.previous(before: run.asOf, in: snapshot)
        if let previous {
            try standings.forEachPosition(of: previous, all, in: snapshot) { ranking.follow($0) }
        }
        ranking.rank()
        ranking.classify()
        ranking.compare()
        // Runs are carried out by date: one that was started later may have come after this.
        let isPastKnown = previous.map { $0.rawValue < run.id.rawValue } ?? true
        var unfit: [Int64] = []
        var index = 0
        try standings.forEachPlace(of: run.id, in: snapshot) { stored in
            var place = ranking.entries[index].place
            index += 1
            if !isPastKnown {
                place.position.previousTier = stored.position.previousTier
                place.position.changedAt = stored.position.changedAt
            }
            if place != stored { unfit.append(stored.position.customer.rawValue) }
        }
        return unfit
    }

    /// The customers whose stage is not the one that stood at the date of the run.
    func unfitStages(in snapshot: Snapshot) throws -> [Int64] {
        guard let run = try runs.latest(asOf: .last, in: snapshot) else { return [] }
        return try StageStore().unfitStages(of: run, in: snapshot)
    }
}
