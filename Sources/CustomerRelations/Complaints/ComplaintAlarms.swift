// SPDX-License-Identifier: Apache-2.0

/// The alarms of a complaint's two clocks (M60): each warns whoever handles it when three quarters
/// have passed, the customer's manager at nine tenths, and the leader when it has run out, each
/// once.
///
/// One alarm at a time is set, so that a complaint that comes in costs one row.
struct ComplaintAlarms {
    enum Kind: String, CaseIterable {
        case answerDueSoon = "answer-due-soon"
        case answerEscalated = "answer-escalated"
        case answerOverdue = "answer-overdue"
        case remedyDueSoon = "remedy-due-soon"
        case remedyEscalated = "remedy-escalated"
        case remedyOverdue = "remedy-overdue"
    }

    let id: ID<Complaint>
    let state: ComplaintState

    init(_ id: ID<Complaint>, _ state: ComplaintState) {
        self.id = id
        self.state = state
    }

    /// The alarms in the order in which they go off.
    var all: [(kind: Kind, deadline: Deadline)] {
        Kind.allCases.sorted { instant(of: $0) < instant(of: $1) }.map { ($0, deadline($0)) }
    }

    /// The alarm to set for a new complaint.
    var first: Deadline? {
        Kind.allCases.filter(isWanted).min { instant(of: $0) < instant(of: $1) }.map(deadline)
    }

    /// The alarm to set when one has gone off.
    func next(after kind: Kind) -> Deadline? {
        all.drop { $0.kind != kind }.dropFirst().first { isWanted($0.kind) }?.deadline
    }

    /// The alarm to set in place of one of an earlier state, of which those before it have gone
    /// off.
    func next(inPlaceOf pending: Kind, of old: ComplaintAlarms) -> Deadline? {
        let left = old.all.drop { $0.kind != pending }.map(\.kind)
        return all.first { left.contains($0.kind) && isWanted($0.kind) }?.deadline
    }

    /// The first alarm of the remedy's clock, which has begun anew.
    func nextOfRemedy() -> Deadline? {
        all.first { clock(of: $0.kind).clock == .remedy && isWanted($0.kind) }?.deadline
    }

    /// Whether what it warns of has not been done in time.
    ///
    /// What was done too late was overdue all the same, and no use to warn of.
    func isWanted(_ kind: Kind) -> Bool {
        let (_, dueAt, doneAt) = clock(of: kind)
        return rung(of: kind) == .leader ? doneAt.map { $0 > dueAt } ?? true : doneAt == nil
    }

    /// Whom it is addressed to: the ladder goes up as the time runs out.
    func rung(of kind: Kind) -> ComplaintAlarm.Rung {
        switch kind {
        case .answerDueSoon, .remedyDueSoon: .owner
        case .answerEscalated, .remedyEscalated: .manager
        case .answerOverdue, .remedyOverdue: .leader
        }
    }

    func clock(
        of kind: Kind
    ) -> (clock: Complaint.Clock, dueAt: Instant, doneAt: Instant?) {
        switch kind {
        case .answerDueSoon, .answerEscalated, .answerOverdue:
            (.answer, state.deadlines.answerDueAt, state.answeredAt)
        case .remedyDueSoon, .remedyEscalated, .remedyOverdue:
            (.remedy, state.deadlines.remedyDueAt, state.remedied)
        }
    }

    private func deadline(_ kind: Kind) -> Deadline {
        Deadline(
            // While the complaint waits for the customer, no alarm goes off.
            dueAt: state.pausedAt == nil ? instant(of: kind) : .last,
            subject: Subject(.complaint, id),
            kind: kind.rawValue
        )
    }

    /// When it goes off, were the clocks never to stand still again.
    private func instant(of kind: Kind) -> Instant {
        let (clock, dueAt, _) = clock(of: kind)
        let (start, paused) =
            switch clock {
            case .answer: (state.receivedAt, state.answerPaused)
            case .remedy: (state.reopenedAt ?? state.receivedAt, state.remedyPaused)
            }
        return switch rung(of: kind) {
        case .owner: ComplaintClock.part(75, from: start, to: dueAt, paused: paused)
        case .manager: ComplaintClock.part(90, from: start, to: dueAt, paused: paused)
        // At the very due instant it is in time.
        case .leader: dueAt.adding(milliseconds: 1)
        }
    }
}
