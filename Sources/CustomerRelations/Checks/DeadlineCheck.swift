// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Holds what falls due against the records it is of: an alarm that is not set is never raised, and
/// one that is set for another time is raised then.
struct DeadlineCheck {
    private let pending: [Subject: [Deadline]]
    private let raised: [DeadlineStore.Alarm: Instant]
    private let complaints = ComplaintStore()

    init(in snapshot: Snapshot) throws {
        let store = DeadlineStore()
        pending = Dictionary(grouping: try store.all(in: snapshot), by: \.subject)
        let actions =
            ComplaintAlarms.Kind.allCases.map { "complaint.\($0.rawValue)" }
            + [Self.promiseOverdue, Self.approvalOverdue]
        raised = try store.raised(actions, in: snapshot)
    }

    private static let promiseOverdue = "promise.overdue"
    private static let approvalOverdue = "approval.overdue"

    /// The complaints with an alarm that their clocks do not ask for, or without the one they do.
    func unfitComplaints(in snapshot: Snapshot) throws -> [Int64] {
        var unfit: [Int64] = []
        var open: Set<Int64> = []
        try complaints.forEachOpen(in: snapshot) { id, state in
            open.insert(id.rawValue)
            if !fits(ComplaintAlarms(id, state)) { unfit.append(id.rawValue) }
        }
        // One that is closed may have left its alarm, which then warns of nothing.
        for id in subjects(.complaint) where !open.contains(id) {
            let isThere = try complaints.customer(of: ID(rawValue: id), in: snapshot) != nil
            if !isThere { unfit.append(id) }
        }
        return unfit.sorted()
    }

    private func fits(_ alarms: ComplaintAlarms) -> Bool {
        let subject = Subject(.complaint, alarms.id)
        let known = alarms.all
        if let set = pending[subject] {
            return set.count == 1 && known.contains { $0.deadline == set[0] }
        }
        // Nothing is left to come once the last one that is wanted was raised, since the remedy's
        // clock began anew if it did.
        let (isReopened, start) = (alarms.state.reopened > 0, alarms.state.reopenedAt ?? .first)
        let last = known.last { kind, _ in
            alarms.isWanted(kind) && (!isReopened || alarms.clock(of: kind).clock == .remedy)
        }
        guard let last else { return true }
        let alarm = DeadlineStore.Alarm(subject, "complaint.\(last.kind.rawValue)")
        return raised[alarm].map { $0 >= start } ?? false
    }

    /// The same of promises; when one was given may have been corrected since its alarm was set.
    func unfitPromises(in snapshot: Snapshot) throws -> [Int64] {
        var unfit = Set(subjects(.promise))
        for (id, dueAt) in try PromiseStore().due(in: snapshot) {
            let subject = Subject(.promise, id)
            let overdue = PromiseAlarm.overdue.deadline(id, givenAt: dueAt, dueAt: dueAt)
            let fits: Bool
            if let set = pending[subject] {
                fits =
                    set.count == 1
                    && (set[0] == overdue
                        || set[0].kind == PromiseAlarm.dueSoon.rawValue
                            && set[0].dueAt < overdue.dueAt)
            } else {
                fits = raised[DeadlineStore.Alarm(subject, Self.promiseOverdue)] != nil
            }
            if fits { unfit.remove(id.rawValue) } else { unfit.insert(id.rawValue) }
        }
        let settled = try PromiseStore().settled(among: unfit, in: snapshot)
        return unfit.subtracting(settled).sorted()
    }

    /// The same of requests for approval.
    func unfitApprovals(in snapshot: Snapshot) throws -> [Int64] {
        var unfit = Set(subjects(.approval))
        for approval in try ApprovalStore().all(in: snapshot) {
            let id = approval.id
            let subject = Subject(.approval, id)
            let due = ApprovalService.deadline(id, replyBy: approval.replyBy)
            let fits =
                pending[subject].map { $0 == [due] }
                ?? (approval.status != .pending
                    || raised[DeadlineStore.Alarm(subject, Self.approvalOverdue)] != nil)
            if fits { unfit.remove(id.rawValue) } else { unfit.insert(id.rawValue) }
        }
        return unfit.sorted()
    }

    private func subjects(_ kind: Subject.Kind) -> [Int64] {
        pending.keys.filter { $0.kind == kind }.map(\.id)
    }
}
