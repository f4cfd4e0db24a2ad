// SPDX-License-Identifier: Apache-2.0

extension WarningFinding {
    /// What it says, in a line.
    package var text: String {
        let figures = figures
        func amount(_ money: Money?) -> String { (money ?? .zero).description }
        return switch reason {
        case .overLimit:
            "\(amount(figures.outstanding)) outstanding, the limit is \(amount(figures.creditLimit))"
        case .overdue:
            "order \(figures.orderID?.rawValue ?? 0) was to be paid by "
                + "\(figures.dueAt ?? .first); \(amount(figures.outstanding)) outstanding"
        case .behindPlan:
            "\(amount(figures.sales)) sold of \(amount(figures.expectedSales)) planned to date "
                + "for \(figures.period ?? "")"
        case .overBudget:
            "\(amount(figures.expense)) spent of \(amount(figures.expenseBudget)) budgeted for "
                + (figures.period ?? "")
        case .risingExpense:
            "expense rose against sales from \(figures.periods.first?.period ?? "") to "
                + (figures.periods.last?.period ?? "")
        case .noOrder: silence
        }
    }

    private var silence: String {
        let passed = "no order for \(figures.daysSince ?? 0) days"
        guard let alive = figures.aliveProbability else {
            return "\(passed), where \(Self.days(half: figures.halfIntervalDays ?? 0)) are usual"
        }
        return "\(passed); the probability of another is \(Int((alive * 100).rounded())) %"
    }

    private static func days(half: Int) -> String {
        half.isMultiple(of: 2) ? "\(half / 2)" : "\(half / 2).5"
    }
}
