// SPDX-License-Identifier: Apache-2.0

/// What was spent in a period to win customers through a channel (M05, 信息收集渠道).
package struct AcquisitionCost: Sendable, Equatable {
    package let id: ID<AcquisitionCost>
    package let channel: CustomerSource.Channel
    package let period: String
    package let startsAt: Instant
    /// The first instant after it.
    package let endsAt: Instant
    package let details: AcquisitionCostDetails
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant

    /// What of it falls between two instants, spread evenly over its period, in whole fen.
    ///
    /// The parts of a period add up to the whole: each ends where the next begins.
    func share(since: Instant, until: Instant) -> Money {
        Money(rawValue: spent(until: until) - spent(until: since))
    }

    /// What of it was spent up to an instant, rounded down.
    private func spent(until instant: Instant) -> Int64 {
        let part = min(max(instant, startsAt), endsAt).milliseconds(since: startsAt)
        let whole = endsAt.milliseconds(since: startsAt)
        return Int64(Int128(details.amount.rawValue) * Int128(part) / Int128(whole))
    }
}

/// The sum of an acquisition cost.
package struct AcquisitionCostDetails: Sendable, Equatable {
    package let amount: Money

    package init(amount: Money) { self.amount = amount }
}

/// What a list of acquisition costs is narrowed to.
package struct AcquisitionCostFilter: Sendable {
    package let channel: CustomerSource.Channel?
    /// Begun then or later.
    package let since: Instant?
    /// Begun before.
    package let until: Instant?

    package init(
        channel: CustomerSource.Channel? = nil,
        since: Instant? = nil,
        until: Instant? = nil
    ) {
        self.channel = channel
        self.since = since
        self.until = until
    }
}

/// The orders in which acquisition costs are listed.
package enum AcquisitionCostSorting: String, Sendable, CaseIterable {
    case startsAt
    case id
}
