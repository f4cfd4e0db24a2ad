// SPDX-License-Identifier: Apache-2.0

/// The alarms of a complaint's two clocks: each warns once before it runs out, and once when it has
/// (M60).
///
/// One alarm at a time is set, so that a complaint that comes in costs one row.
struct ComplaintAlarms {
    let id: ID<Complaint>
    let receivedAt: Instant
    let deadlines: ComplaintDeadlines
    let answeredAt: Instant?
    let remediedAt: Instant?

    /// The alarm to set when one has gone off, or the first of all.
    func next(after kind: Deadline.Kind? = nil) -> Deadline? {
        let all = Deadline.Kind.allCases
            .map { Deadline(dueAt: instant(of: $0), subject: Subject(.complaint, id), kind: $0) }
            .sorted { $0.dueAt < $1.dueAt }
        let left = kind.map { kind in all.drop { $0.kind != kind }.dropFirst() } ?? all[...]
        return left.first { isWanted($0.kind) }
    }

    /// Whether what it warns of has not been done in time.
    ///
    /// What was done too late was overdue all the same, and no use to warn of.
    func isWanted(_ kind: Deadline.Kind) -> Bool {
        let (_, dueAt, doneAt) = clock(of: kind)
        return switch kind {
        case .answerDueSoon, .remedyDueSoon: doneAt == nil
        case .answerOverdue, .remedyOverdue: doneAt.map { $0 > dueAt } ?? true
        }
    }

    func clock(
        of kind: Deadline.Kind
    ) -> (clock: Complaint.Clock, dueAt: Instant, doneAt: Instant?) {
        switch kind {
        case .answerDueSoon, .answerOverdue: (.answer, deadlines.answerDueAt, answeredAt)
        case .remedyDueSoon, .remedyOverdue: (.remedy, deadlines.remedyDueAt, remediedAt)
        }
    }

    private func instant(of kind: Deadline.Kind) -> Instant {
        let dueAt = clock(of: kind).dueAt
        return switch kind {
        case .answerDueSoon, .remedyDueSoon: ComplaintClock.warning(from: receivedAt, to: dueAt)
        // At the very due instant it is in time.
        case .answerOverdue, .remedyOverdue: dueAt.adding(milliseconds: 1)
        }
    }
}
