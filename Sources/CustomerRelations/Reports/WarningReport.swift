// SPDX-License-Identifier: Apache-2.0

/// How many cases of early warning there were, and how they went (M13 to M17), kind by kind.
package enum WarningReport {
    /// The time that is told of: from `since` on and before `until`.
    package struct Filter: Sendable {
        package let since: Instant?
        package let until: Instant?

        package init(since: Instant?, until: Instant?) {
            self.since = since
            self.until = until
        }
    }

    /// What was found to be the cause of cases.
    package struct Cause: Sendable, Equatable {
        package let cause: String
        package let cases: Int
    }

    /// The figures of a kind.
    package struct Row: Sendable, Equatable {
        /// The most causes that are told of.
        package static let causeLimit = 5

        package let kind: Warning.Kind
        /// Not closed when the time ends.
        package let open: Int
        package let raised: Int
        package let closed: Int
        /// From raising to closing, of those that were closed in the time.
        package let handling: HandlingTimes?
        /// Of the same, the most frequent first.
        package let causes: [Cause]
    }
}

/// The cases of a kind, as they are counted.
struct WarningTally {
    private var unclosed = 0
    private var raised = 0
    private var closed: [Int64] = []
    private var causes: [String: Int] = [:]

    /// Adds a case that was raised before the time ends.
    mutating func add(
        raisedAt: Instant,
        closedAt: Instant?,
        cause: String?,
        since: Instant,
        until: Instant
    ) {
        if raisedAt >= since { raised += 1 }
        guard let closedAt, closedAt < until else {
            unclosed += 1
            return
        }
        guard closedAt >= since else { return }
        closed.append(closedAt.milliseconds(since: raisedAt))
        if let cause { causes[cause, default: 0] += 1 }
    }

    func row(_ kind: Warning.Kind) -> WarningReport.Row {
        let ordered = causes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return WarningReport.Row(
            kind: kind,
            open: unclosed,
            raised: raised,
            closed: closed.count,
            handling: HandlingTimes(milliseconds: closed),
            causes: ordered.prefix(WarningReport.Row.causeLimit).map {
                WarningReport.Cause(cause: $0.key, cases: $0.value)
            }
        )
    }
}
