// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Something we said we would do (M50, 承诺管理).
package struct Promise: Sendable, Equatable {
    /// What is promised, so that like is held against like.
    package enum Kind: String, Sendable, CaseIterable, ColumnValue {
        case callBack = "call-back"
        case quote
        case delivery
        case repair
        case other
    }

    package let id: ID<Promise>
    package let kind: Kind
    package let text: String
    package let givenAt: Instant
    package let dueAt: Instant
    /// Nil unless it was given for less time than such promises usually take.
    package let warning: TightPromise?
}

/// How long promises of a kind took that were kept, when one was given that is tighter: whoever
/// promises 45 minutes and needs 30 is thanked for it.
package struct TightPromise: Sendable, Equatable {
    /// Fewer promises tell nothing.
    static let fewest = 10
    /// The latest ones of the last 12 months that are looked at.
    static let most = 200
    static let windowMonths = 12

    /// How many were kept, in time or late.
    package let kept: Int
    package let medianSeconds: Double
    /// Nine of ten took no longer.
    package let ninetiethSeconds: Double

    init(kept: Int, medianSeconds: Double, ninetiethSeconds: Double) {
        self.kept = kept
        self.medianSeconds = medianSeconds
        self.ninetiethSeconds = ninetiethSeconds
    }

    /// What to warn of where so long is quoted, in milliseconds; nil where nine of ten were kept in
    /// that time, or too few were kept to tell.
    init?(quoted: Int64, against milliseconds: [Int64]) {
        guard milliseconds.count >= Self.fewest,
            let times = HandlingTimes(milliseconds: milliseconds),
            Double(quoted) / 1000 < times.ninetieth
        else { return nil }
        self.init(
            kept: milliseconds.count,
            medianSeconds: times.median,
            ninetiethSeconds: times.ninetieth
        )
    }
}

package struct NewPromise: Sendable, Equatable {
    package let kind: Promise.Kind
    package let text: String
    package let dueAt: Instant

    package init(kind: Promise.Kind = .other, text: String, dueAt: Instant) {
        self.kind = kind
        self.text = text
        self.dueAt = dueAt
    }
}

/// The alarms of a promise: one when three quarters of its time have passed, one when all has.
enum PromiseAlarm: String {
    case dueSoon = "due-soon"
    case overdue

    func deadline(_ id: ID<Promise>, givenAt: Instant, dueAt: Instant) -> Deadline {
        let instant =
            switch self {
            case .dueSoon: dueAt.adding(milliseconds: -dueAt.milliseconds(since: givenAt) / 4)
            // At the very due instant it is in time.
            case .overdue: dueAt.adding(milliseconds: 1)
            }
        return Deadline(dueAt: instant, subject: Subject(.promise, id), kind: rawValue)
    }
}

/// What an alarm of a promise says.
package struct PromiseAlarmDetails: Sendable {
    package let text: String
    package let dueAt: Instant
    package let customerID: ID<Customer>
    /// Who gave it, or looks after the customer.
    package let addresseeID: ID<StaffMember>?
}
