// SPDX-License-Identifier: Apache-2.0

/// How long those who called waited, group by group (M31, VIP 通道).
package enum PhoneCallReport {
    /// What calls are put together by.
    package enum Grouping: String, Sendable, CaseIterable {
        case tier
        case month
    }

    package typealias Filter = ReportFilter<Grouping>

    /// The figures of a group.
    package struct Row: Sendable, Equatable {
        /// Empty for calls of nobody we know, and of those who have no tier yet.
        package let key: String
        package let calls: Int
        package let answered: Int
        /// Those that ended without an answer.
        package let missed: Int
        /// From the start to the answer; nil if none was answered.
        package let wait: HandlingTimes?
    }
}

/// The calls of a group, as they are counted.
struct PhoneCallTally {
    private var calls = 0
    private var missed = 0
    private var waits: [Int64] = []

    mutating func add(startedAt: Instant, answeredAt: Instant?, endedAt: Instant?) {
        calls += 1
        if let answeredAt {
            waits.append(answeredAt.milliseconds(since: startedAt))
        } else if endedAt != nil {
            missed += 1
        }
    }

    func row(_ key: String) -> PhoneCallReport.Row {
        PhoneCallReport.Row(
            key: key,
            calls: calls,
            answered: waits.count,
            missed: missed,
            wait: HandlingTimes(milliseconds: waits)
        )
    }
}
