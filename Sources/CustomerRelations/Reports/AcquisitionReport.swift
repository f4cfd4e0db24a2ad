// SPDX-License-Identifier: Apache-2.0

/// What came of each acquisition channel, and what that cost (M05, 信息收集渠道).
package enum AcquisitionReport {
    /// What is counted: customers recorded from `since` on and before `until`, and what they ordered
    /// in that time.
    package struct Filter: Sendable {
        package let since: Instant?
        package let until: Instant?

        package init(since: Instant?, until: Instant?) {
            self.since = since
            self.until = until
        }
    }

    /// The figures of a channel.
    package struct Row: Sendable, Equatable {
        /// The key of customers of whom it is not known where they came from.
        package static let unknown = "unknown"

        package let key: String
        /// The customers recorded in the time; one that was merged away counts as its kept one alone.
        package var customers = 0
        /// Those of them that placed an order in the time.
        package var converted = 0
        /// What was spent in the time; nil where nothing is recorded.
        package var cost: Money?

        package init(key: String) { self.key = key }

        package var way: CustomerSource.Way? { CustomerSource.Channel(rawValue: key)?.way }

        /// The part of the customers that placed an order; nil without customers.
        package var conversion: Double? {
            customers > 0 ? Double(converted) / Double(customers) : nil
        }

        package var costPerCustomer: Money? { cost?.divided(among: customers) }

        package var costPerConverted: Money? { cost?.divided(among: converted) }
    }
}

extension Money {
    /// What falls to each of so many, rounded half up; nil if there are none.
    fileprivate func divided(among count: Int) -> Money? {
        guard count > 0 else { return nil }
        let (each, rest) = rawValue.quotientAndRemainder(dividingBy: Int64(count))
        return Money(rawValue: rest * 2 >= Int64(count) ? each + 1 : each)
    }
}
