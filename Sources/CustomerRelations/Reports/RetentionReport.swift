// SPDX-License-Identifier: Apache-2.0

/// Who bought again, by the month of the first purchase.
package enum RetentionReport {
    /// The most months after the first that are told of.
    package static let monthRange = 1...60

    package struct Filter: Sendable {
        /// Orders before this count; now, if it is not given.
        package let asOf: Instant?
        /// How many months after the first are told of.
        package let months: Int

        package init(asOf: Instant?, months: Int) {
            self.asOf = asOf
            self.months = months
        }
    }

    /// The customers who first bought in a month.
    package struct Row: Sendable, Equatable {
        /// The month, as 2026-11.
        package let key: String
        package let customers: Int
        /// How many of them bought again in that month, and in each that followed, up to the one in
        /// which the report ends.
        package let again: [Int]

        /// The same as parts of the customers.
        package var shares: [Double] { again.map { Double($0) / Double(customers) } }
    }
}

/// Counts customers by the month of their first purchase, and those of them who bought again.
///
/// A purchase is a day, by the zone's calendar, on which a customer placed an order. Orders come by
/// ascending customer and time, and most are passed over by one comparison: when a customer is
/// known to have bought in a month, what else was bought in it changes nothing.
struct RetentionCohorts {
    private let zone: CivilTimeZone
    /// How many months after the first are counted.
    private let depth: Int
    /// When each month begins, from the first with an order up to one behind the end.
    private let starts: [Int64]
    private let firstDay: CalendarDay
    /// By month.
    private var customers: [Int]
    /// By month and how many months later, row after row.
    private var again: [Int]

    private var customer: ID<Customer>?
    private var first: Instant = .first
    private var cohort = 0
    private var month = 0
    /// Orders before this say nothing new of the customer; nil until there is a second one.
    private var news: Int64?

    /// `start` is when the first order of all was placed, `end` is behind the last.
    init(from start: Instant, until end: Instant, months depth: Int, zone: CivilTimeZone) {
        let day = zone.day(of: start)
        firstDay = day.adding(days: 1 - day.day)
        self.zone = zone
        self.depth = depth
        var starts: [Int64] = []
        var next = firstDay
        while true {
            starts.append(zone.startOfDay(next).rawValue)
            guard starts[starts.count - 1] < end.rawValue, next < .last else { break }
            next = next.adding(months: 1)
        }
        self.starts = starts
        customers = [Int](repeating: 0, count: starts.count)
        again = [Int](repeating: 0, count: starts.count * (depth + 1))
    }

    mutating func add(_ customer: ID<Customer>, at placedAt: Instant) {
        guard customer == self.customer else {
            self.customer = customer
            first = placedAt
            month = self.month(of: placedAt, from: 0)
            cohort = month
            news = nil
            customers[cohort] += 1
            return
        }
        let news = self.news ?? zone.startOfDay(zone.day(of: first).adding(days: 1)).rawValue
        self.news = news
        guard placedAt.rawValue >= news else { return }
        month = self.month(of: placedAt, from: month)
        self.news = month + 1 < starts.count ? starts[month + 1] : .max
        if month - cohort <= depth { again[cohort * (depth + 1) + month - cohort] += 1 }
    }

    /// The last month that begins at or before an instant; it is not before the one given.
    private func month(of instant: Instant, from month: Int) -> Int {
        var (low, high) = (month, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= instant.rawValue {
                low = middle
            } else {
                high = middle
            }
        }
        return low
    }

    /// The months in which anybody first bought, in order.
    var rows: [RetentionReport.Row] {
        // The last of the starts is not before the end.
        let last = max(starts.count - 2, 0)
        return customers.indices.filter { customers[$0] > 0 }
            .map { cohort in
                let row = cohort * (depth + 1)
                let months = min(depth, max(last - cohort, 0))
                return RetentionReport.Row(
                    key: String(firstDay.adding(months: cohort).description.prefix(7)),
                    customers: customers[cohort],
                    again: Array(again[row...(row + months)])
                )
            }
    }
}
