// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Holds where complaints stand against what was done about them, as their history tells (M59).
struct ComplaintCourseCheck {
    /// The complaints with a history that has gaps, or that leads elsewhere.
    func unfit(in snapshot: Snapshot) throws -> [Int64] {
        var unfit: [Int64] = []
        var course: ComplaintCourse?
        func close() {
            if let course, !course.isFit { unfit.append(course.end.id.rawValue) }
        }
        try ComplaintStore().forEachAction(in: snapshot) { end, action in
            if course?.end.id != end.id {
                close()
                course = ComplaintCourse(end)
            }
            if let action { course?.add(action) }
        }
        close()
        return unfit
    }
}

/// Where a complaint stands.
struct ComplaintEnd {
    let id: ID<Complaint>
    let status: Complaint.Status
    let step: Complaint.Step
    let receivedAt: Instant
    let createdAt: Instant
    let answeredAt: Instant?
    let remediedAt: Instant?
    let closedAt: Instant?
    let pausedAt: Instant?
    let reopened: Int
}

/// A line of a complaint's history.
struct ComplaintLine {
    let position: Int
    let at: Instant
    let action: String
    /// Whether its details are JSON.
    let isWhole: Bool
}

/// What was done about a complaint, line by line.
private struct ComplaintCourse {
    let end: ComplaintEnd
    private var lines = 0
    private var isWhole = true
    private var step = Complaint.Step.listen
    private var reopened = 0
    /// When it was answered first, remedied in the last round, and closed, as the desk did it.
    private var answeredAt: Instant?
    private var remediedAt: Instant?
    private var closedAt: Instant?
    /// Whether an import may have said when it was answered, and when closed, since the desk did.
    private var isImported = false
    private var isClosedElsewhere = false

    init(_ end: ComplaintEnd) { self.end = end }

    mutating func add(_ line: ComplaintLine) {
        isWhole =
            isWhole && line.isWhole && line.position == lines
            && (line.action == "open") == (lines == 0)
        lines += 1
        if line.action == "import" {
            isImported = true
            isClosedElsewhere = true
            closedAt = nil
        }
        switch ComplaintMove.Kind(rawValue: line.action) {
        case .reply: answeredAt = answeredAt ?? line.at
        case .listen: step = .assess
        case .assess: step = .remedy
        case .carryOut:
            step = .followUp
            remediedAt = line.at
        case .followUp:
            answeredAt = answeredAt ?? line.at
            closedAt = line.at
            isClosedElsewhere = false
        case .reopen:
            step = .assess
            reopened += 1
            (remediedAt, closedAt) = (nil, nil)
            isClosedElsewhere = false
        default: break
        }
    }

    /// Whether the complaint stands where this leads.
    var isFit: Bool {
        isWhole && lines > 0 && reopened == end.reopened && isStateFit && isAnswerFit
            && isRemedyFit && isClosingFit
    }

    private var isStateFit: Bool {
        let isClosed = end.status == .closed
        guard isClosed == (end.closedAt != nil) else { return false }
        guard !isClosed else { return end.step == .done }
        return end.step == step && (end.status == .waitingCustomer) == (end.pausedAt != nil)
    }

    private var isAnswerFit: Bool {
        guard !isImported else { return end.answeredAt != nil || answeredAt == nil }
        // Whoever opens it may say that it was answered before.
        return end.answeredAt == answeredAt || isSaidAtOpening(end.answeredAt)
    }

    private var isRemedyFit: Bool {
        guard remediedAt == nil, end.status == .closed else { return end.remediedAt == remediedAt }
        // Closing ends a remedy that nobody carried out.
        return end.remediedAt != nil
    }

    private var isClosingFit: Bool {
        if isClosedElsewhere || end.closedAt == closedAt { return true }
        return closedAt == nil && reopened == 0 && isSaidAtOpening(end.closedAt)
    }

    private func isSaidAtOpening(_ instant: Instant?) -> Bool {
        guard let instant else { return false }
        return end.receivedAt <= instant && instant <= end.createdAt
    }
}
