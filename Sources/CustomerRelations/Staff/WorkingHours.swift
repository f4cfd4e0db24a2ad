// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A stretch of a weekday in which a person or a desk works, by the clocks of its time zone.
package struct WorkingInterval: Sendable, Hashable {
    package enum Weekday: String, Sendable, CaseIterable, ColumnValue {
        case monday, tuesday, wednesday, thursday, friday, saturday, sunday
    }

    package let weekday: Weekday
    package let from: TimeOfDay
    /// The first minute after it.
    package let until: TimeOfDay

    package init(weekday: Weekday, from: TimeOfDay, until: TimeOfDay) {
        self.weekday = weekday
        self.from = from
        self.until = until
    }

    /// Whether it ends before it begins, or at once.
    var isTurned: Bool { until <= from }

    func overlaps(_ other: WorkingInterval) -> Bool {
        weekday == other.weekday && from < other.until && other.from < until
    }
}

extension [WorkingInterval] {
    /// Refuses stretches that end before they begin, and those that overlap, with what else is wrong.
    func demandOrder(_ pointer: String, beside others: [ServiceError.Refusal] = []) throws {
        let turned = enumerated().filter { $0.element.isTurned }
        let refusals =
            others
            + turned.map { .init("\(pointer)/\($0.offset)/until", "must be later than from") }
        let doubled = enumerated().filter { place, interval in
            self[..<place].contains { $0.overlaps(interval) }
        }
        guard doubled.isEmpty else {
            throw ServiceError.overlappingHours(
                refusals
                    + doubled.map { .init("\(pointer)/\($0.offset)", "overlaps one before it") },
                allowed: joined
            )
        }
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
    }

    /// The same hours without overlaps and what ends before it begins, in the order of the week.
    var joined: [WorkingInterval] {
        WorkingInterval.Weekday.allCases.flatMap { weekday in
            var joined: [WorkingInterval] = []
            let own = filter { $0.weekday == weekday && !$0.isTurned }
            for next in own.sorted(by: { $0.from < $1.from }) {
                guard let last = joined.last, next.from <= last.until else {
                    joined.append(next)
                    continue
                }
                joined[joined.count - 1] = WorkingInterval(
                    weekday: weekday,
                    from: last.from,
                    until: Swift.max(last.until, next.until)
                )
            }
            return joined
        }
    }
}
