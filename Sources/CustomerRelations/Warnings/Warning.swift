// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A case of early warning: from what raised it to what was done about it (M13 to M17, 预警管理).
package struct Warning: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable, ColumnValue {
        /// 外欠款预警 (M13).
        case credit
        /// 销售进度预警 (M14).
        case salesProgress = "sales-progress"
        /// 销售费用预警 (M15).
        case salesExpense = "sales-expense"
        /// 客户流失预警 (M16).
        case churn
    }

    package enum Status: String, Sendable, CaseIterable, ColumnValue {
        case open
        case investigating
        case countermeasure
        case closed
    }

    /// What raised it.
    package enum Reason: String, Sendable, CaseIterable, ColumnValue {
        case overLimit = "over-limit"
        case overdue
        case behindPlan = "behind-plan"
        case overBudget = "over-budget"
        case risingExpense = "rising-expense"
        case noOrder = "no-order"
    }

    package let id: ID<Warning>
    package let customerID: ID<Customer>
    package let kind: Kind
    package let status: Status
    /// What raised it, with the figures of then.
    package let finding: WarningFinding
    package let cause: String?
    package let action: String?
    package let times: WarningTimes
    package let version: Int
}

/// When a case went from one status to the next.
package struct WarningTimes: Sendable, Equatable {
    package let raisedAt: Instant
    package let investigatedAt: Instant?
    package let countermeasureAt: Instant?
    package let closedAt: Instant?
    /// When what raised a closed case was seen to hold no more.
    let clearedAt: Instant?
}

/// Something to warn of.
package struct WarningFinding: Sendable, Equatable {
    package let reason: Warning.Reason
    /// Tells apart what one reason can be raised by; 0 where that is one thing only.
    let reference: Int64
    package let figures: WarningFigures

    package var kind: Warning.Kind {
        switch reason {
        case .overLimit, .overdue: .credit
        case .behindPlan: .salesProgress
        case .overBudget, .risingExpense: .salesExpense
        case .noOrder: .churn
        }
    }

    /// What the method advises at once; nil where it has the case looked into first.
    package var advice: WarningAdvice? { kind == .salesExpense ? .stopSelling : nil }

    /// Whether a case with a finding that was raised then is about the same thing, whatever the figures.
    ///
    /// A customer who stays away stays so until an order is placed after the case was raised; orders
    /// that are booked late or called off only say since when.
    func isSame(as raised: Warning.Reason, _ reference: Int64, at raisedAt: Instant) -> Bool {
        guard reason == raised else { return false }
        return self.reference == reference
            || reason == .noOrder && self.reference <= raisedAt.rawValue
    }
}

/// What is to be done while a case is looked into.
package struct WarningAdvice: Sendable, Equatable {
    package enum Code: String, Sendable, CaseIterable {
        case stopSelling = "stop-selling"
    }

    package let code: Code
    package let text: String

    /// Where selling costs too much (M15).
    static let stopSelling = WarningAdvice(
        code: .stopSelling,
        text: "stop selling to the customer until it is known why that costs so much"
    )
}

/// The figures behind a warning, as far as its reason has them.
package struct WarningFigures: Sendable, Equatable {
    /// What the policy said, where the reason rests on it.
    package var threshold: WarningThreshold?
    package var outstanding: Money?
    package var creditLimit: Money?
    package var orderID: ID<Order>?
    package var dueAt: Instant?
    package var period: String?
    package var salesTarget: Money?
    /// The part of the target that falls on the days that have passed.
    package var expectedSales: Money?
    package var sales: Money?
    package var expenseBudget: Money?
    package var expense: Money?
    package var orders: Int?
    package var lastOrderAt: Instant?
    /// Twice the median of days between orders, which may be half a day more than a whole number.
    var halfIntervalDays: Int?
    package var daysSince: Int?
    /// The probability that the customer will buy again some day, and the model that says so.
    package var aliveProbability: Double?
    package var modelID: ID<ValueModel>?
    /// Oldest first.
    package var periods: [WarningPeriod] = []

    package var medianIntervalDays: Double? { halfIntervalDays.map { Double($0) / 2 } }
}

/// A threshold of the policy, a number or a share, in ten-thousandths.
package struct WarningThreshold: RawRepresentable, Sendable, Equatable, ColumnValue {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    static func number(_ number: Int) -> WarningThreshold {
        WarningThreshold(rawValue: number * 10_000)
    }

    static func share(_ share: Share) -> WarningThreshold {
        WarningThreshold(rawValue: share.rawValue)
    }

    package var value: Double { Double(rawValue) / 10_000 }
}

/// What was sold and spent in a period.
package struct WarningPeriod: Sendable, Equatable {
    package let period: String
    package internal(set) var sales: Money
    package internal(set) var expense: Money

    /// Expense ÷ sales; nil where nothing was sold.
    package var ratio: Double? {
        sales > .zero ? Double(expense.rawValue) / Double(sales.rawValue) : nil
    }
}

/// A case beside what is the case now.
package struct WarningReading: Sendable {
    package let warning: Warning
    /// The figures of now, if what raised the case holds yet.
    package let current: WarningFigures?

    package var holds: Bool { current != nil }
}

/// A case that keeps the same from being raised again: it is not closed, or closed and holds yet.
struct StandingWarning: Sendable {
    let id: ID<Warning>
    let customerID: ID<Customer>
    let kind: Warning.Kind
    let status: Warning.Status
    let reason: Warning.Reason
    let reference: Int64
    let raisedAt: Instant

    func isRaised(by finding: WarningFinding) -> Bool {
        finding.isSame(as: reason, reference, at: raisedAt)
    }
}

/// What a list of warnings is narrowed to.
package struct WarningFilter: Sendable {
    package let kind: Warning.Kind?
    package let status: Warning.Status?
    package let customerID: ID<Customer>?
    /// Raised then or later.
    package let since: Instant?
    /// Raised before.
    package let until: Instant?

    package init(
        kind: Warning.Kind? = nil,
        status: Warning.Status? = nil,
        customerID: ID<Customer>? = nil,
        since: Instant? = nil,
        until: Instant? = nil
    ) {
        self.kind = kind
        self.status = status
        self.customerID = customerID
        self.since = since
        self.until = until
    }
}

/// The orders in which warnings are listed.
package enum WarningSorting: String, Sendable, CaseIterable {
    case raisedAt
    case id
}

/// What is known of the cause and what is done, with a step of a case.
package struct WarningStep: Sendable {
    package let cause: String?
    package let action: String?

    package init(cause: String? = nil, action: String? = nil) {
        self.cause = cause
        self.action = action
    }
}

extension Warning.Status {
    /// The only one that follows: no step is skipped (M17).
    var next: Warning.Status? {
        switch self {
        case .open: .investigating
        case .investigating: .countermeasure
        case .countermeasure: .closed
        case .closed: nil
        }
    }

    /// The action that leads here.
    package var action: String {
        switch self {
        case .open: "raise"
        case .investigating: "investigate"
        case .countermeasure: "countermeasure"
        case .closed: "close"
        }
    }
}
