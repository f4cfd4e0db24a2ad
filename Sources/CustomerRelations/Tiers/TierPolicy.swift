// SPDX-License-Identifier: Apache-2.0

/// The thresholds by which tiers and classes are cut (M18, M19).
package struct TierRules: Sendable, Equatable {
    package static let windowRange = 1...120
    package static let earlyAdopterRange = 0...365
    package static let scheduleRange = 1...366

    /// How many calendar months of orders a run looks back on.
    package var windowMonths: Int
    /// The share of all positive profit that the key customers bring.
    package var keyShare: Share
    /// The share that key and ordinary customers bring together.
    package var ordinaryShare: Share
    /// The share of all purchases that class A makes.
    package var aShare: Share
    /// The share that classes A and B make together.
    package var bShare: Share
    /// The profit in the total of an order whose cost is not known.
    package var margin: Share
    /// Within how many days of its launch a product is new (M20).
    package var earlyAdopterDays: Int
    /// Every so many days a run starts by itself; nil where none does.
    package var runEveryDays: Int?

    package init(
        windowMonths: Int,
        keyShare: Share,
        ordinaryShare: Share,
        aShare: Share,
        bShare: Share,
        margin: Share,
        earlyAdopterDays: Int = 30,
        runEveryDays: Int? = nil
    ) {
        self.windowMonths = windowMonths
        self.keyShare = keyShare
        self.ordinaryShare = ordinaryShare
        self.aShare = aShare
        self.bShare = bShare
        self.margin = margin
        self.earlyAdopterDays = earlyAdopterDays
        self.runEveryDays = runEveryDays
    }

    /// The rules that these thresholds break.
    var refusals: [ServiceError.Refusal] {
        var refusals: [ServiceError.Refusal] = []
        if !Self.windowRange.contains(windowMonths) { refusals.append(Self.windowRefusal) }
        for (pointer, share) in [("/keyShare", keyShare), ("/aShare", aShare)]
        where share.rawValue == 0 {
            refusals.append(ServiceError.Refusal(pointer, "must be more than 0"))
        }
        if ordinaryShare <= keyShare {
            refusals.append(ServiceError.Refusal("/ordinaryShare", "must be more than keyShare"))
        }
        if bShare <= aShare {
            refusals.append(ServiceError.Refusal("/bShare", "must be more than aShare"))
        }
        if !Self.earlyAdopterRange.contains(earlyAdopterDays) {
            refusals.append(ServiceError.Refusal("/earlyAdopterDays", "must be from 0 to 365"))
        }
        if let runEveryDays, !Self.scheduleRange.contains(runEveryDays) {
            refusals.append(ServiceError.Refusal("/runEveryDays", "must be from 1 to 366"))
        }
        return refusals
    }

    static let windowRefusal = ServiceError.Refusal(
        "/windowMonths",
        "must be from \(windowRange.lowerBound) to \(windowRange.upperBound)"
    )
}

/// The rules in force, or that were in force when a run was started.
package struct TierPolicy: Sendable, Equatable {
    package let version: Int
    package let rules: TierRules
    package let createdAt: Instant
    /// The first day on which a run starts by itself; nil where none does.
    package let runsFrom: CalendarDay?

    var schedule: TierSchedule? {
        guard let runsFrom, let days = rules.runEveryDays else { return nil }
        return TierSchedule(first: runsFrom, everyDays: days)
    }
}
