// SPDX-License-Identifier: Apache-2.0

/// When customers are not to be disturbed (M49, 打扰时段), as it was put in force at some time.
package struct ContactPolicy: Sendable, Equatable {
    package let version: Int
    package let terms: ContactTerms
}

/// The rules, and the days on which customers are off.
package struct ContactTerms: Sendable, Equatable {
    package static let ruleLimit = 50
    package static let holidayLimit = 500

    /// Of several that apply the first is named.
    package let rules: [QuietRule]
    package let holidays: [CalendarDay]

    package init(rules: [QuietRule], holidays: [CalendarDay] = []) {
        self.rules = rules
        self.holidays = Set(holidays).sorted()
    }
}

/// A time of day at which customers are not to be disturbed, by their own clocks.
package struct QuietRule: Sendable, Equatable {
    /// A day of the week, or one of the policy's holidays.
    package enum Day: String, Sendable, CaseIterable {
        case monday, tuesday, wednesday, thursday, friday, saturday, sunday
        case holiday
    }

    package let name: String
    /// Nil for all the year.
    package let season: Season?
    /// The days on which it begins; all of them, if empty.
    package let days: [Day]
    package let from: TimeOfDay
    /// The first minute after it, on the day after if that is not later than `from`.
    package let until: TimeOfDay

    package init(
        name: String,
        season: Season? = nil,
        days: [Day] = [],
        from: TimeOfDay,
        until: TimeOfDay
    ) {
        self.name = name
        self.season = season
        self.days = days
        self.from = from
        self.until = until
    }

    var isOverMidnight: Bool { until <= from }
}

extension ContactTerms {
    /// What is wrong with each of the rules.
    var refusals: [ServiceError.Refusal] {
        rules.enumerated().flatMap { place, rule in
            var refusals: [ServiceError.Refusal] = []
            if rules[..<place].contains(where: { $0.name == rule.name }) {
                refusals.append(.init("/rules/\(place)/name", "is given twice"))
            }
            for (index, day) in rule.days.enumerated() where rule.days[..<index].contains(day) {
                refusals.append(.init("/rules/\(place)/days/\(index)", "is given twice"))
            }
            if rule.from.rawValue == TimeOfDay.minutes.upperBound {
                refusals.append(.init("/rules/\(place)/from", "must be before 24:00"))
            } else if rule.from == rule.until {
                refusals.append(.init("/rules/\(place)/until", "must not be the same as from"))
            }
            return refusals
        }
    }
}
