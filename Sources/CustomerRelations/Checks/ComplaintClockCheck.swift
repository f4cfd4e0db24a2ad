// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Holds the deadlines of complaints against the policy and the tier they say they rest on (M60).
struct ComplaintClockCheck {
    private let terms: [Int: ComplaintTerms]
    /// The zone that fitted last.
    ///
    /// The database does not say in which one the service counts its days.
    private var zone = CivilTimeZone.shanghai

    init(in snapshot: Snapshot) throws {
        terms = try ComplaintPolicyStore().all(in: snapshot)
            .reduce(into: [:]) { $0[$1.version] = $1.terms }
    }

    /// The complaints with a deadline that does not follow.
    ///
    /// Of a clock that was stopped it is known only that the answer was due after whole hours, for
    /// the policy may be another since.
    mutating func unfit(in snapshot: Snapshot) throws -> [Int64] {
        var unfit = try ComplaintStore().unfitAnswerTimes(in: snapshot)
        var open: [(id: ID<Complaint>, state: ComplaintState)] = []
        try ComplaintStore().forEachOpen(in: snapshot) { open.append((id: $0, state: $1)) }
        for (id, state) in open where !fits(state) { unfit.append(id.rawValue) }
        unfit += try unfitRemedyTimes(in: snapshot)
        return Set(unfit).sorted()
    }

    /// The closed complaints whose remedy was due when no policy makes it due.
    ///
    /// What the clock rested on when it stopped may be another policy, or tier, than the one by which
    /// the complaint was looked at last.
    private mutating func unfitRemedyTimes(in snapshot: Snapshot) throws -> [Int64] {
        let terms = terms
        var zone = zone
        var unfit: [Int64] = []
        try ComplaintStore().forEachStoppedRemedy(in: snapshot) { remedy in
            func fits(_ zone: CivilTimeZone, _ terms: ComplaintTerms, _ tier: Tier?) -> Bool {
                let clock = ComplaintClock(zone: zone)
                return clock.remedyDueAt(from: remedy.start, tier: tier, terms) == remedy.dueAt
            }
            if let basis = terms[remedy.basisPolicy], fits(zone, basis, remedy.basisTier) { return }
            let other = ([zone] + CivilTimeZone.all).first { zone in
                terms.values.contains { fits(zone, $0, nil) || fits(zone, $0, .key) }
            }
            if let other { zone = other } else { unfit.append(remedy.id.rawValue) }
        }
        self.zone = zone
        return unfit
    }

    private mutating func fits(_ state: ComplaintState) -> Bool {
        guard let terms = terms[state.basisPolicy] else { return false }
        let wait =
            state.deadlines.answerDueAt.milliseconds(since: state.receivedAt)
            - state.answerPaused
        let hours = state.basisTier == .key ? terms.keyAnswerHours : terms.answerHours
        let isAnswerFit =
            state.answeredAt == nil
            ? wait == Int64(hours) * Instant.millisecondsPerHour
            : wait % Instant.millisecondsPerHour == 0
        guard isAnswerFit, state.remedied == nil else { return isAnswerFit }
        func fits(_ zone: CivilTimeZone) -> Bool {
            let dueAt = ComplaintClock(zone: zone).remedyDueAt(
                from: state.reopenedAt ?? state.receivedAt,
                tier: state.basisTier,
                terms
            )
            return dueAt.adding(milliseconds: state.remedyPaused) == state.deadlines.remedyDueAt
        }
        if fits(zone) { return true }
        guard let other = CivilTimeZone.all.first(where: fits) else { return false }
        zone = other
        return true
    }
}

/// The clock of a remedy that was stopped, what it stood still apart.
struct StoppedRemedy {
    let id: ID<Complaint>
    let start: Instant
    let dueAt: Instant
    let basisTier: Tier?
    let basisPolicy: Int
}
