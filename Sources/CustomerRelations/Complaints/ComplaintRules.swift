// SPDX-License-Identifier: Apache-2.0

/// Which moves a complaint allows, and what each makes of it (M59, 四步曲).
///
/// The steps follow each other: listen, assess, remedy, follow-up. A remedy that is declined goes
/// round again; the follow-up closes.
extension ComplaintState {
    /// The moves that are allowed as it stands.
    package var allowed: [ComplaintMove.Kind] {
        guard status != .closed else { return [.reopen] + rewards }
        guard status != .waitingCustomer else { return [.reply, .resume, .assign] + rewards }
        let next: [ComplaintMove.Kind] =
            switch step {
            case .listen: [.listen]
            case .assess: [.assess]
            case .remedy: remedyMoves
            case .followUp: [.followUp]
            case .done: []
            }
        return next + [.reply, .pause, .assign] + rewards
    }

    private var remedyMoves: [ComplaintMove.Kind] {
        switch remedy?.standing {
        case nil, .declined: [.propose]
        case .proposed: [.propose, .accept, .decline]
        case .accepted: [.carryOut]
        case .done: []
        }
    }

    /// What was found justified, if only in part, or useful earns one.
    private var rewards: [ComplaintMove.Kind] {
        guard reward == nil, let verdict, verdict != .not || isUseful else { return [] }
        return [.reward]
    }

    /// Refuses a move that it does not allow.
    func demand(_ kind: ComplaintMove.Kind) throws {
        let allowed = allowed
        guard !allowed.contains(kind) else { return }
        let names = allowed.map(\.rawValue)
        if kind == .reward, let reward {
            throw ServiceError.alreadyRewarded("it earned \(reward.kind) already", allowed: names)
        }
        guard status != .closed else {
            throw ServiceError.complaintClosed("the complaint is closed", allowed: names)
        }
        if let wanted = kind.step, wanted.place > step.place {
            throw ServiceError.stepSkipped(
                "\(kind.rawValue) comes later: the step is \(step.rawValue)",
                allowed: names
            )
        }
        throw ServiceError.notAllowedNow(reason(against: kind), allowed: names)
    }

    private func reason(against kind: ComplaintMove.Kind) -> String {
        switch kind {
        case .reward: "only a complaint that was found justified or useful is rewarded"
        case .resume: "the complaint does not wait for the customer"
        case .reopen: "the complaint is open"
        case _ where status == .waitingCustomer: "the complaint waits for the customer"
        case .carryOut: "no remedy is accepted"
        case .accept, .decline: "no proposal waits for the customer's word"
        case .propose: "a remedy is accepted already"
        default: "the step is \(step.rawValue)"
        }
    }

    /// The state that a move makes; `restart` is the remedy's deadline where its clock begins anew.
    func after(
        _ move: ComplaintMove,
        at now: Instant,
        restart: (Instant) throws -> Instant
    ) throws -> ComplaintState {
        try demand(move.kind)
        var next = self
        switch move {
        case .reply:
            // The clock stood still until now.
            next.creditAnswer(at: now)
            next.answeredAt = answeredAt ?? now
        case .listen:
            next.step = .assess
        case .assess(let assessment):
            guard assessment.cause != nil else { throw ServiceError.causeMissing }
            next.verdict = assessment.verdict
            next.isUseful = assessment.isUseful
            next.step = .remedy
        case .propose(let proposal):
            next.remedy = Remedy(
                proposal: proposal.proposal,
                cost: proposal.cost,
                standing: .proposed
            )
        case .accept:
            next.remedy?.standing = .accepted
        case .decline:
            next.remedy?.standing = .declined
        case .carryOut:
            next.remedy?.standing = .done
            next.remediedAt = now
            next.step = .followUp
        case .followUp(let followUp):
            // A score stays until the customer gives another one.
            next.followUp = FollowUp(
                helped: followUp.helped,
                score: followUp.score ?? self.followUp?.score
            )
            // Whoever is asked whether it helped has been answered.
            next.answeredAt = answeredAt ?? now
            next.closedAt = now
            next.status = .closed
            next.step = .done
        case .pause:
            next.pausedAt = now
            next.status = .waitingCustomer
        case .resume:
            next.resume(at: now)
        case .reopen:
            try next.reopen(at: now, remedyDueAt: restart(now))
        case .assign(let assignment):
            next.people.assigneeID = assignment.assigneeID
        case .reward(let reward):
            next.reward = reward
        }
        return next
    }

    /// How long it has waited for the customer by now, in milliseconds.
    private func wait(at now: Instant) -> Int64 {
        max(0, pausedAt.map { now.milliseconds(since: $0) } ?? 0)
    }

    /// Moves the deadline of the answer by the length of the pause, if its clock still runs.
    private mutating func creditAnswer(at now: Instant) {
        guard answeredAt == nil else { return }
        let length = wait(at: now)
        answerPaused += length
        deadlines = ComplaintDeadlines(
            answerDueAt: deadlines.answerDueAt.adding(milliseconds: length),
            remedyDueAt: deadlines.remedyDueAt
        )
    }

    /// Moves the deadlines of the clocks that still run by the length of the pause.
    private mutating func resume(at now: Instant) {
        creditAnswer(at: now)
        if remedied == nil {
            let length = wait(at: now)
            remedyPaused += length
            deadlines = ComplaintDeadlines(
                answerDueAt: deadlines.answerDueAt,
                remedyDueAt: deadlines.remedyDueAt.adding(milliseconds: length)
            )
        }
        pausedAt = nil
        status = .open
    }

    /// Starts again at the assessment, with a new clock for the remedy; what has happened stays.
    private mutating func reopen(at now: Instant, remedyDueAt: Instant) {
        earlier = Earlier(
            remediedAt: remediedAt ?? earlier.remediedAt,
            remedyPaused: earlier.remedyPaused + remedyPaused,
            isRemedyBreached: breached(at: now).contains(.remedy)
        )
        status = .open
        step = .assess
        closedAt = nil
        remediedAt = nil
        verdict = nil
        isUseful = false
        remedy = nil
        remedyPaused = 0
        reopenedAt = now
        reopened += 1
        deadlines = ComplaintDeadlines(
            answerDueAt: deadlines.answerDueAt,
            remedyDueAt: remedyDueAt
        )
    }
}

extension Complaint.Step {
    /// Its place among the steps.
    fileprivate var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
