// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// What is done about a complaint once it is open (M59–M61).
extension ComplaintService {
    /// Makes a move: notes it, moves the clocks, and tells the journal.
    package func make(
        _ move: ComplaintMove,
        on complaint: Complaint,
        from token: ID<Token>? = nil,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Complaint {
        var state = try complaint.state.after(move, at: occasion.at) { start in
            let terms = try policy(in: transaction).terms
            return clock.remedyDueAt(from: start, tier: complaint.customer.tier, terms)
        }
        if case .reopen = move {
            state.people = try ladder.remaining(of: state.people, in: transaction)
        }
        if case .assign(let assignment) = move {
            try staff.demand(assignment.assigneeID, "/assigneeId", in: transaction)
        }
        try demandAuthority(
            for: move,
            on: complaint,
            from: token,
            by: occasion,
            in: transaction
        )
        try moveAlarms(of: complaint, to: state, for: move, by: occasion, in: transaction)
        let old = complaint.details
        var (cause, detail) = (old.cause, old.causeDetail)
        if case .assess(let assessment) = move {
            cause = assessment.cause
            detail = try causeDetail(
                assessment.causeDetail ?? old.causeDetail,
                of: cause,
                isSaid: assessment.causeDetail != nil,
                insteadOf: old,
                in: transaction
            )
        }
        try store.update(
            complaint.id,
            to: state,
            cause: cause,
            causeDetail: detail,
            at: occasion.at,
            in: transaction
        )
        let details = descriptions.move(move)
        try note(move.kind.rawValue, details, on: complaint.id, by: occasion, in: transaction)
        try journal.append(
            move.kind.event,
            Subject(.complaint, complaint.id),
            changes: details,
            by: occasion,
            in: transaction
        )
        if case .reopen = move, state.people != complaint.state.people {
            let changes = descriptions.people(complaint.state.people, state.people)
            try note("assign", changes, on: complaint.id, by: occasion, in: transaction)
            try journal.append(
                ComplaintMove.Kind.assign.event,
                Subject(.complaint, complaint.id),
                changes: changes,
                by: occasion,
                in: transaction
            )
        }
        return try find(complaint.id, at: occasion.at, in: transaction)
    }

    /// Sets the alarm that is pending where the new state wants it.
    ///
    /// Most moves leave it: an alarm asks when it goes off whether it is still wanted.
    private func moveAlarms(
        of complaint: Complaint,
        to state: ComplaintState,
        for move: ComplaintMove,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let new = ComplaintAlarms(complaint.id, state)
        switch move {
        case .pause, .resume:
            try replaceAlarm(of: complaint, with: new, by: occasion, in: transaction)
        case .reopen:
            _ = try takeAlarm(of: complaint, by: occasion, in: transaction)
            guard let next = new.nextOfRemedy() else { return }
            try alarms.insert(next, in: transaction)
        default:
            break
        }
    }

    /// Takes the alarm of a complaint that is pending, and tells which it was, after those that are
    /// due have gone off.
    private func takeAlarm(
        of complaint: Complaint,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ComplaintAlarms.Kind? {
        for (kind, alarm) in complaint.alarms.all {
            guard try alarms.delete(alarm, in: transaction) else { continue }
            guard alarm.dueAt <= occasion.at else { return kind }
            try carryOut(alarm, by: occasion, in: transaction)
        }
        return nil
    }

    /// Sets the alarm that is pending where other clocks want it.
    func replaceAlarm(
        of complaint: Complaint,
        with new: ComplaintAlarms,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        guard
            let pending = try takeAlarm(of: complaint, by: occasion, in: transaction),
            let next = new.next(inPlaceOf: pending, of: complaint.alarms)
        else { return }
        try alarms.insert(next, in: transaction)
    }
}

// MARK: - Deadlines set anew

extension ComplaintService {
    /// Gives open complaints whose customer has another tier now, or for which another policy is in
    /// force, the deadlines that follow; tells how many complaints those were.
    ///
    /// A clock that has been stopped keeps its deadline.
    func renewDeadlines(
        limit: Int,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Int {
        let policy = try policy(in: transaction)
        let stale = try store.withOtherBasis(than: policy.version, limit: limit, in: transaction)
        for id in stale {
            let complaint = try find(id, at: occasion.at, in: transaction)
            try renewDeadlines(of: complaint, by: policy, occasion, in: transaction)
        }
        return stale.count
    }

    /// The same for the complaints of one customer, which may have become its.
    func renewDeadlines(
        of customer: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let policy = try policy(in: transaction)
        let stale = try store.withOtherBasis(than: policy.version, of: customer, in: transaction)
        for id in stale {
            let complaint = try find(id, at: occasion.at, in: transaction)
            try renewDeadlines(of: complaint, by: policy, occasion, in: transaction)
        }
    }

    private func renewDeadlines(
        of complaint: Complaint,
        by policy: ComplaintPolicy,
        _ occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let tier = complaint.customer.tier
        let state = clock.renewed(complaint.state, tier: tier, policy)
        if state.deadlines != complaint.state.deadlines {
            try replaceAlarm(
                of: complaint,
                with: ComplaintAlarms(complaint.id, state),
                by: occasion,
                in: transaction
            )
            let details = descriptions.deadlines(
                nil,
                ComplaintDeadlineChange(
                    deadlines: state.deadlines,
                    old: complaint.state.deadlines,
                    tier: tier,
                    policy: policy.version
                )
            )
            try note("deadlines", details, on: complaint.id, by: occasion, in: transaction)
            try journal.append(
                "complaint.deadlines-changed",
                Subject(.complaint, complaint.id),
                changes: details,
                by: occasion,
                in: transaction
            )
        }
        try store.update(
            complaint.id,
            to: state,
            cause: complaint.details.cause,
            causeDetail: complaint.details.causeDetail,
            at: occasion.at,
            in: transaction
        )
    }
}
