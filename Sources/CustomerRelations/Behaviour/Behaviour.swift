// SPDX-License-Identifier: Apache-2.0

/// How a customer buys (M07, 消费行为分析), by the orders placed before an instant that stand.
package struct Behaviour: Sendable {
    /// The least orders of which some can be told to be unlike the others.
    static let leastOrders = 4
    /// The least intervals that make a rhythm.
    static let leastIntervals = 2

    package let customerID: ID<Customer>
    package let asOf: Instant
    package let orders: Int
    /// The days on which there were orders, by the service's calendar.
    package let purchaseDays: Int
    package let lastOrderAt: Instant?
    /// The whole days since the day of the last order.
    package let daysSinceLast: Int?
    /// What was ordered, less what was given back.
    package let amount: Money
    /// The order in the middle; nil without any.
    package let median: Money?
    /// By category, what came to most first.
    package let mix: [BehaviourPart]
    /// By channel, what came to most first.
    package let channels: [BehaviourPart]
    package let outliers: OrderOutliers?
    /// The calendar months without outliers, January first.
    package let months: [MonthAmount]
    package let rhythm: Rhythm?
    /// Why figures are missing.
    package let reasons: [BehaviourReason]
}

/// A part of what a customer bought.
package struct BehaviourPart: Sendable, Equatable {
    /// Nil for orders that do not say.
    package let name: String?
    package let orders: Int
    package let amount: Money
    /// The part of all.
    package let share: Double
}

/// Orders that are unlike the others by Tukey's fences, one and a half times the spread of the middle
/// half beyond it.
package struct OrderOutliers: Sendable, Equatable {
    /// Totals below are outliers.
    package let lowerFence: Money
    /// Totals above are outliers.
    package let upperFence: Money
    /// The latest hundred.
    package let orders: [Outlier]

    package struct Outlier: Sendable, Equatable {
        package let id: ID<Order>
        package let total: Money
        package let placedAt: Instant
    }
}

/// What was bought in a month of the calendar, in all years together.
package struct MonthAmount: Sendable, Equatable {
    /// The part of a mean month from which on a month is a peak, in tenths.
    static let peakTenths = 15

    /// From 1.
    package let month: Int
    package let amount: Money
    package let isPeak: Bool

    /// The twelve months; a peak comes to at least one and a half times the mean of all.
    static func all(_ amounts: [Money]) -> [MonthAmount] {
        let sum = amounts.reduce(Int128(0)) { $0 + Int128(max($1, .zero).rawValue) }
        return amounts.enumerated().map { place, amount in
            let scaled = Int128(amount.rawValue) * Int128(amounts.count) * 10
            return MonthAmount(
                month: place + 1,
                amount: amount,
                isPeak: amount > .zero && scaled >= sum * Int128(peakTenths)
            )
        }
    }
}

/// The customer's own rhythm: the days from one purchase to the next.
package struct Rhythm: Sendable, Equatable {
    package let intervals: Int
    package let shortest: Int
    /// Half of the intervals are no longer.
    package let median: Int
    package let longest: Int
    /// The day of the last purchase and the median interval.
    package let nextOn: CalendarDay
    /// By how many days that has passed; nil if it has not.
    package let overdueDays: Int?

    init?(_ days: [CalendarDay], today: CalendarDay) {
        let intervals = zip(days, days.dropFirst())
            .map { $1.daysSinceEpoch - $0.daysSinceEpoch }.sorted()
        guard let last = days.last, let first = intervals.first, let end = intervals.last,
            intervals.count >= Behaviour.leastIntervals
        else { return nil }
        self.intervals = intervals.count
        shortest = first
        median = intervals[(intervals.count - 1) / 2]
        longest = end
        nextOn = last.adding(days: median)
        let late = today.daysSinceEpoch - nextOn.daysSinceEpoch
        overdueDays = late > 0 ? late : nil
    }
}

/// Why a figure is missing.
package struct BehaviourReason: Sendable, Equatable {
    package enum Code: String, Sendable, CaseIterable {
        case noOrders = "no-orders"
        case fewOrders = "few-orders"
        case fewIntervals = "few-intervals"
    }

    package let code: Code
    package let text: String
}

/// Numbers in order, cut into quarters.
///
/// The hinges are the medians of the lower and the upper half, a number in the middle belonging to both:
/// John W. Tukey, "Exploratory Data Analysis", 1977.
struct Quarters {
    /// Twice the hinges, so that they are whole.
    private let lower: Int128
    private let upper: Int128

    /// `sorted` is not empty.
    init(_ sorted: [Int64]) {
        let half = (sorted.count + 1) / 2
        lower = Self.twiceMedian(sorted[..<half])
        upper = Self.twiceMedian(sorted[(sorted.count - half)...])
    }

    static func twiceMedian(_ sorted: ArraySlice<Int64>) -> Int128 {
        let low = sorted.startIndex + (sorted.count - 1) / 2
        let high = sorted.startIndex + sorted.count / 2
        return Int128(sorted[low]) + Int128(sorted[high])
    }

    /// Four times the fences.
    private var fences: (low: Int128, high: Int128) {
        let spread = upper - lower
        return (2 * lower - 3 * spread, 2 * upper + 3 * spread)
    }

    func isOutlier(_ value: Int64) -> Bool {
        4 * Int128(value) < fences.low || 4 * Int128(value) > fences.high
    }

    /// The fences, to the fen towards the middle.
    var lowerFence: Money {
        // A quotient is cut off towards nothing.
        Money(rawValue: Int64(clamping: (fences.low + (fences.low > 0 ? 3 : 0)) / 4))
    }

    var upperFence: Money {
        Money(rawValue: Int64(clamping: (fences.high - (fences.high < 0 ? 3 : 0)) / 4))
    }
}
