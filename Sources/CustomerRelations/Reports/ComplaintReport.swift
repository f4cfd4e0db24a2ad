// SPDX-License-Identifier: Apache-2.0
import SQLite

/// How complaints were handled, group by group (M62, 处理质量; M63, 投诉率).
package enum ComplaintReport {
    /// What complaints are put together by.
    package enum Grouping: String, Sendable, CaseIterable {
        case cause
        case causeDetail = "cause-detail"
        case product
        case tier
        case channel
        case month
    }

    package typealias Filter = ReportFilter<Grouping>

    /// The figures of a group.
    package struct Row: Sendable, Equatable {
        /// Empty for what belongs to no group: no cause, no order with lines, no tier yet.
        package let key: String
        package let complaints: Int
        package let closed: Int
        /// The orders of the same time and group: all of them where groups are no kinds of orders.
        package let orders: Int
        /// Complaints for each order; nil without orders (M63).
        package let rate: Double?
        package let reply: HandlingTimes?
        package let remedy: HandlingTimes?
        /// The complaints whose clock for the answer, or for the remedy, ran out.
        package let answerBreached: Int
        package let remedyBreached: Int
        /// The part of the complaints of which either ran out.
        package let breachRate: Double
        package let reopened: Int
        /// The part of those that were closed once that were reopened; nil if none was closed.
        package let reopenRate: Double?
        /// Complaints of customers who had complained within the 90 days before.
        package let repeats: Int
        /// The mean score of the follow-ups, of as many as gave one.
        package let score: Double?
        package let scored: Int
    }
}

/// A complaint as far as its handling is counted.
struct HandledComplaint {
    let key: String
    let state: ComplaintState
    let isRepeat: Bool
}

/// The complaints of a group, as they are counted.
struct ComplaintTally {
    private var complaints = 0
    private var closed = 0
    private var reopened = 0
    private var everClosed = 0
    private var repeats = 0
    private var answerBreached = 0
    private var remedyBreached = 0
    private var breached = 0
    private var scores: [Int] = []
    private var replies: [Int64] = []
    private var remedies: [Int64] = []

    mutating func add(_ complaint: HandledComplaint, at now: Instant) {
        let state = complaint.state
        complaints += 1
        if state.status == .closed { closed += 1 }
        if state.reopened > 0 { reopened += 1 }
        if state.status == .closed || state.reopened > 0 { everClosed += 1 }
        if complaint.isRepeat { repeats += 1 }
        let clocks = state.breached(at: now)
        if clocks.contains(.answer) { answerBreached += 1 }
        if clocks.contains(.remedy) { remedyBreached += 1 }
        if !clocks.isEmpty { breached += 1 }
        if let score = state.followUp?.score { scores.append(score) }
        if let answeredAt = state.answeredAt {
            replies.append(answeredAt.milliseconds(since: state.receivedAt) - state.answerPaused)
        }
        if let wait = state.remedyWait { remedies.append(wait) }
    }

    func row(_ key: String, orders: Int) -> ComplaintReport.Row {
        ComplaintReport.Row(
            key: key,
            complaints: complaints,
            closed: closed,
            orders: orders,
            rate: orders > 0 ? Double(complaints) / Double(orders) : nil,
            reply: HandlingTimes(milliseconds: replies),
            remedy: HandlingTimes(milliseconds: remedies),
            answerBreached: answerBreached,
            remedyBreached: remedyBreached,
            breachRate: Double(breached) / Double(complaints),
            reopened: reopened,
            reopenRate: everClosed > 0 ? Double(reopened) / Double(everClosed) : nil,
            repeats: repeats,
            score: scores.isEmpty ? nil : Double(scores.reduce(0, +)) / Double(scores.count),
            scored: scores.count
        )
    }
}
