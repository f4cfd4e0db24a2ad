// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// How a customer buys, what draws it to us, and whether a full record of it pays (M07, M08, M12).
package struct BehaviourService: Sendable {
    private let store = BehaviourStore()
    private let customers: CustomerService
    private let stages: StageService
    private let values: ValueService
    private let care: CareService

    package init(
        customers: CustomerService,
        stages: StageService,
        values: ValueService,
        care: CareService
    ) {
        self.customers = customers
        self.stages = stages
        self.values = values
        self.care = care
    }

    /// How a customer buys, by all its orders before an instant.
    package func behaviour(
        of id: ID<Customer>,
        asOf: Instant,
        in snapshot: Snapshot
    ) throws -> Behaviour {
        _ = try customers.reference(to: id, in: snapshot)
        let zone = stages.zone
        let orders = try store.orders(of: id, before: asOf, in: snapshot)
        let totals = orders.map(\.total.rawValue).sorted()
        let quarters = totals.count >= Behaviour.leastOrders ? Quarters(totals) : nil
        let outliers = orders.filter { quarters?.isOutlier($0.total.rawValue) ?? false }
        var days: [CalendarDay] = []
        var months = [Money](repeating: .zero, count: 12)
        for order in orders {
            let day = zone.day(of: order.placedAt)
            if days.last != day { days.append(day) }
            guard !(quarters?.isOutlier(order.total.rawValue) ?? false) else { continue }
            months[day.month - 1] += order.total
        }
        let today = zone.day(of: asOf)
        let rhythm = Rhythm(days, today: today)
        let lines = try store.lines(of: id, from: .first, until: asOf, in: snapshot)
        return Behaviour(
            customerID: id,
            asOf: asOf,
            orders: orders.count,
            purchaseDays: days.count,
            lastOrderAt: orders.last?.placedAt,
            daysSinceLast: days.last.map { today.daysSinceEpoch - $0.daysSinceEpoch },
            amount: orders.reduce(.zero) { $0 + $1.total },
            median: totals.isEmpty
                ? nil : Money(rawValue: Int64(clamping: Quarters.twiceMedian(totals[...]) / 2)),
            mix: mix(lines),
            channels: channels(orders),
            outliers: quarters.map { quarters in
                OrderOutliers(
                    lowerFence: quarters.lowerFence,
                    upperFence: quarters.upperFence,
                    orders: outliers.suffix(100).reversed().map {
                        OrderOutliers.Outlier(id: $0.id, total: $0.total, placedAt: $0.placedAt)
                    }
                )
            },
            months: MonthAmount.all(months),
            rhythm: rhythm,
            reasons: reasons(orders.count, days.count, rhythm)
        )
    }

    private func reasons(_ orders: Int, _ days: Int, _ rhythm: Rhythm?) -> [BehaviourReason] {
        guard orders > 0 else {
            return [BehaviourReason(code: .noOrders, text: "there was no order before that")]
        }
        var reasons: [BehaviourReason] = []
        if orders < Behaviour.leastOrders {
            reasons.append(
                BehaviourReason(
                    code: .fewOrders,
                    text: "\(orders) orders, and \(Behaviour.leastOrders) are needed to tell which "
                        + "are unlike the others"
                )
            )
        }
        if rhythm == nil {
            reasons.append(
                BehaviourReason(
                    code: .fewIntervals,
                    text: "orders on \(days) days, and \(Behaviour.leastIntervals + 1) are needed "
                        + "for a rhythm"
                )
            )
        }
        return reasons
    }

    private func channels(_ orders: [BehaviourStore.Entry]) -> [BehaviourPart] {
        let groups = Dictionary(grouping: orders, by: \.channel)
        let amounts = groups.mapValues { $0.reduce(Money.zero) { $0 + $1.total } }
        return parts(amounts, orders: groups.mapValues(\.count))
    }

    private func mix(_ lines: [BehaviourStore.Line]) -> [BehaviourPart] {
        let groups = Dictionary(grouping: lines, by: \.category)
        let amounts = groups.mapValues { $0.reduce(Money.zero) { $0 + $1.amount } }
        return parts(amounts, orders: groups.mapValues { Set($0.map(\.order)).count })
    }

    /// The parts of all, what came to most first.
    private func parts(_ amounts: [String?: Money], orders: [String?: Int]) -> [BehaviourPart] {
        let sum = amounts.values.reduce(.zero, +)
        return amounts.map { name, amount in
            BehaviourPart(
                name: name,
                orders: orders[name] ?? 0,
                amount: amount,
                share: amount.share(of: sum)
            )
        }
        .sorted { ($1.amount, $0.name ?? "") < ($0.amount, $1.name ?? "") }
    }

    /// What draws a customer to us, by the orders of the policy's window before an instant.
    package func attraction(
        of id: ID<Customer>,
        asOf: Instant,
        in snapshot: Snapshot
    ) throws -> Attraction {
        _ = try customers.reference(to: id, in: snapshot)
        let window = try stages.window(asOf: asOf, in: snapshot)
        let figures = try store.attraction(
            of: id,
            from: window.start,
            until: asOf,
            in: snapshot
        )
        return Attraction(
            customerID: id,
            asOf: asOf,
            windowStart: window.start,
            windowMonths: window.months,
            orders: figures.orders,
            evidence: figures.evidence
        )
    }

    /// Whether a full record of a customer pays.
    package func recordAdvice(
        of id: ID<Customer>,
        asOf: Instant?,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> RecordAdvice {
        let value = try values.value(of: id, asOf: asOf, at: now, in: snapshot)
        let policy = try care.policy(asOf: asOf ?? .last, in: snapshot)
        let wallet = try stages.wallet(of: id, asOf: asOf ?? now, in: snapshot)
        return RecordAdvice(
            customerID: id,
            asOf: asOf ?? now,
            policyVersion: policy.version,
            evidence: [
                repeats(value, policy.rules), loyalty(AttitudeFinding(wallet.categories)),
                cost(value, policy.rules),
            ]
        )
    }

    private func repeats(_ value: CustomerValue, _ rules: CareRules) -> RecordEvidence {
        guard let expected = value.expectedOrders else {
            return RecordEvidence(
                .repeatPurchases,
                .unknown,
                value.reasons.first?.text ?? "no model says how often the customer will buy"
            )
        }
        let hundredths = Money(rounding: expected)
        let bound = Money(rawValue: Int64(rules.leastRepeats.rawValue / 100))
        return RecordEvidence(
            .repeatPurchases,
            expected < rules.leastRepeats.fraction ? .against : .for,
            "\(hundredths) purchases are expected in twelve months; \(bound) would do"
        )
    }

    private func loyalty(_ finding: AttitudeFinding?) -> RecordEvidence {
        guard let finding else {
            return RecordEvidence(
                .loyalty,
                .unknown,
                "nobody says what the customer buys in all of a category"
            )
        }
        return RecordEvidence(
            .loyalty,
            finding.attitude == .none ? .against : .for,
            "\(finding.share) of what the customer needs was bought from us, which is "
                + (finding.attitude == .none ? "no loyalty to a brand" : finding.attitude.rawValue)
        )
    }

    private func cost(_ value: CustomerValue, _ rules: CareRules) -> RecordEvidence {
        guard let margin = value.lifetimeValue else {
            return RecordEvidence(
                .keepingCost,
                .unknown,
                "no model says what the customer will bring"
            )
        }
        return RecordEvidence(
            .keepingCost,
            margin < rules.keepingCost ? .against : .for,
            "\(margin) is expected in twelve months; keeping a full record costs "
                + "\(rules.keepingCost)"
        )
    }
}
