// SPDX-License-Identifier: Apache-2.0
import CustomerRelations

/// How far the relation with a customer came, and when (M04, 潜在/目标/现有/流失客户).
struct Lifecycles {
    /// The days without an order, and what they make of a customer.
    private static let silences: [(days: Int64, state: Customer.Lifecycle)] = [
        (200, .dormant), (400, .lost),
    ]

    let first: Customer.Lifecycle
    /// In order of time.
    let changes: [(at: Instant, to: Customer.Lifecycle)]

    init(_ random: inout SplitMix64, orders: [DemoOrder]) {
        first = random.happens(0.25) ? .target : .prospect
        var changes: [(at: Instant, to: Customer.Lifecycle)] = []
        for (place, order) in orders.enumerated() {
            if changes.last?.to != .active { changes.append((order.placedAt, .active)) }
            let next = place + 1 < orders.count ? orders[place + 1].placedAt : .last
            for (days, state) in Self.silences {
                let at = order.placedAt.adding(milliseconds: days * Instant.millisecondsPerDay)
                if at < next { changes.append((at, state)) }
            }
        }
        self.changes = changes
    }

    func state(at instant: Instant) -> Customer.Lifecycle {
        changes.last { $0.at <= instant }?.to ?? first
    }
}
