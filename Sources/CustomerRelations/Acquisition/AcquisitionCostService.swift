// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// What it costs to win customers (M05): a sum for each channel and period, of which no two overlap.
package struct AcquisitionCostService: Sendable {
    private let store = AcquisitionCostStore()
    private let zone: CivilTimeZone
    private let journal: Journal
    private let describe: Describe<AcquisitionCost>

    /// The zone's calendar says when a period begins.
    package init(
        zone: CivilTimeZone,
        journal: Journal,
        describe: @escaping Describe<AcquisitionCost>
    ) {
        self.zone = zone
        self.journal = journal
        self.describe = describe
    }

    package func find(
        of channel: CustomerSource.Channel,
        _ period: String,
        in snapshot: Snapshot
    ) throws -> AcquisitionCost {
        guard let period = PlanPeriod(period),
            let cost = try store.find(of: channel, period, in: snapshot)
        else { throw ServiceError.notFound }
        return cost
    }

    package func list(
        _ filter: AcquisitionCostFilter,
        _ request: PageRequest<AcquisitionCostSorting>,
        in snapshot: Snapshot
    ) throws -> Page<AcquisitionCost> {
        try store.page(filter, request, in: snapshot)
    }

    /// The cost that stands for this channel and period; nil if there is none yet.
    package func known(
        of channel: CustomerSource.Channel,
        _ period: String,
        in snapshot: Snapshot
    ) throws -> AcquisitionCost? {
        try store.find(of: channel, PlanPeriod.demand(period), in: snapshot)
    }

    /// Says what was spent, or that it was something else than what is known.
    package func put(
        _ details: AcquisitionCostDetails,
        of channel: CustomerSource.Channel,
        _ text: String,
        in place: AcquisitionCost?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> AcquisitionCost {
        if let place {
            guard details != place.details else { return place }
            try store.update(place.id, to: details, at: occasion.at, in: transaction)
        } else {
            let period = try PlanPeriod.demand(text)
            let range = period.range(in: zone)
            let others = try store.overlapping(range, of: channel, in: transaction)
            guard others.isEmpty else { throw ServiceError.overlappingCost(others) }
            try store.insert(
                details,
                of: channel,
                period,
                range,
                at: occasion.at,
                in: transaction
            )
        }
        let cost = try find(of: channel, text, in: transaction)
        try journal.append(
            place == nil ? "acquisition-cost.created" : "acquisition-cost.changed",
            Subject(.acquisitionCost, cost.id),
            changes: describe(place, cost),
            by: occasion,
            in: transaction
        )
        return cost
    }

    package func delete(
        _ cost: AcquisitionCost,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try store.delete(cost.id, in: transaction)
        try journal.append(
            "acquisition-cost.deleted",
            Subject(.acquisitionCost, cost.id),
            changes: describe(nil, cost),
            by: occasion,
            in: transaction
        )
    }
}
