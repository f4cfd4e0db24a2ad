// SPDX-License-Identifier: Apache-2.0
import SQLite

/// When to warn, as it was put in force at some time.
package struct WarningPolicy: Sendable, Equatable {
    package let version: Int
    package let terms: WarningTerms
    package let createdAt: Instant
}

/// The thresholds of early warnings.
package struct WarningTerms: Sendable, Equatable {
    package enum Period: String, Sendable, CaseIterable, ColumnValue {
        case month
        case quarter
    }

    package static let overdueRange = 0...3650
    package static let riseRange = 1...12
    package static let churnRange = 1...100
    package static let taskRange = 0...365
    package static let ladderRange = 0...3650

    /// After how many days of 24 hours an unpaid order is warned of (M13).
    package let overdueDays: Int
    /// Below which part of the plan to date (M14).
    package let progressShare: Share
    /// By which periods of the calendar expense and sales are compared (M15).
    package let expensePeriod: Period
    /// How many times running their ratio has to rise.
    package let expenseRises: Int
    /// Below which probability to buy again (M16).
    package let aliveProbability: Share
    /// After how many of a customer's own intervals without an order, while no model is kept.
    package let churnIntervals: Int
    /// In how many days of 24 hours somebody is to have done what is asked for (M17).
    package let taskDays: Int
    /// Each multiple of it that a customer's purchases pass is asked for (M10).
    package let cumulativeAmount: Money
    /// After how many days of 24 hours a debtor is reminded, pressed and taken to law (M28).
    package let reminderDays: Int
    package let pressureDays: Int
    package let legalDays: Int

    package init(
        overdueDays: Int,
        progressShare: Share,
        expensePeriod: Period,
        expenseRises: Int,
        aliveProbability: Share,
        churnIntervals: Int,
        taskDays: Int,
        cumulativeAmount: Money,
        reminderDays: Int,
        pressureDays: Int,
        legalDays: Int
    ) {
        self.overdueDays = overdueDays
        self.progressShare = progressShare
        self.expensePeriod = expensePeriod
        self.expenseRises = expenseRises
        self.aliveProbability = aliveProbability
        self.churnIntervals = churnIntervals
        self.taskDays = taskDays
        self.cumulativeAmount = cumulativeAmount
        self.reminderDays = reminderDays
        self.pressureDays = pressureDays
        self.legalDays = legalDays
    }

    /// By when somebody is to have done what is asked for now.
    func taskDue(at now: Instant) -> Instant {
        now.adding(milliseconds: Int64(taskDays) * Instant.millisecondsPerDay)
    }

    /// The thresholds that would warn of everything or of nothing, or contradict others.
    var refusals: [ServiceError.Refusal] {
        var refusals: [ServiceError.Refusal] = []
        if progressShare.rawValue == 0 {
            refusals.append(ServiceError.Refusal("/progressShare", "of 0 would never warn"))
        }
        if aliveProbability.rawValue == 0 {
            refusals.append(ServiceError.Refusal("/pAlive", "of 0 would never warn"))
        }
        if aliveProbability == .whole {
            refusals.append(ServiceError.Refusal("/pAlive", "of 1 would warn of everyone"))
        }
        if cumulativeAmount <= .zero {
            refusals.append(ServiceError.Refusal("/cumulativeAmount", "of 0 has no multiples"))
        }
        if pressureDays <= reminderDays {
            refusals.append(ServiceError.Refusal("/pressureDays", "must be more than reminderDays"))
        }
        if legalDays <= pressureDays {
            refusals.append(ServiceError.Refusal("/legalDays", "must be more than pressureDays"))
        }
        return refusals
    }
}
