// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// Where a customer stands in a finished run, and why (M18, M19).
package struct TierStanding: Sendable {
    package let customer: ID<Customer>
    package let run: TierRun
    package let tier: Tier
    package let abc: ABCClass
    /// The number of orders in the run's window.
    package let orders: Int
    package let amount: Money
    /// The part of the amount whose cost is not known, to which the policy's margin applies.
    package let amountWithoutCost: Money
    package let profit: Money
    /// The positive profits down to this customer in rank.
    package let cumulativeProfit: Money
    /// The place by profit among all customers, from 1.
    package let rank: Int
    /// The tier before this one; nil if there was none.
    package let previousTier: Tier?
    /// The date of the run in which the customer came to this tier.
    package let changedAt: Instant
    /// What was given back in the window, whenever it had been ordered; amount and profit are
    /// without it.
    package let refunded: Money
    /// What was spent on the customer in the window; the profit is without it.
    package let expense: Money
    /// How the customer chooses between brands; nil where nothing is known of what it buys in all.
    package let attitudeFinding: AttitudeFinding?
    /// Whether the customer bought a product in the window that was new (M20).
    package let isEarlyAdopter: Bool
    /// The stage of the relation (M21); nil before the first assessment.
    package let stage: Customer.Stage?

    package var attitude: Attitude? { attitudeFinding?.attitude }

    package var runID: ID<TierRun> { run.id }

    package var asOf: Instant { run.asOf }

    package var customersRanked: Int { run.outcome?.customers ?? 0 }

    /// The part of all positive profit that this customer brings.
    package var profitShare: Double {
        profit.share(of: run.outcome?.profit ?? .zero)
    }

    /// The part of all positive profit that the customers down to this one bring.
    package var cumulativeShare: Double {
        cumulativeProfit.share(of: run.outcome?.profit ?? .zero)
    }

    package var cutoffs: TierCutoffs { run.outcome?.cutoffs ?? TierCutoffs() }
}

/// Why a customer has its tier.
package struct TierReason: Sendable, Equatable {
    package enum Code: String, Sendable, CaseIterable {
        case topOfProfit = "top-of-profit"
        case middleOfProfit = "middle-of-profit"
        case tailOfProfit = "tail-of-profit"
        case noProfit = "no-profit"
        case noOrders = "no-orders"
        case costUnknown = "cost-unknown"
        case refunds
        case salesExpense = "sales-expense"
        case movedUp = "moved-up"
        case movedDown = "moved-down"
        case loyal
        case switcher
        case noBrandLoyalty = "no-brand-loyalty"
        case noCategorySpend = "no-category-spend"
    }

    /// The most reasons of one standing: one for the tier, the margin, refunds, expense, the
    /// move.
    package static let limit = 5

    package let code: Code
    package let text: String

    fileprivate init(_ code: Code, _ text: String) {
        self.code = code
        self.text = text
    }

    /// The text is put together in one allocation: interpolated, the reasons of a tier took as
    /// long as finding the tier.
    fileprivate init(_ code: Code, _ append: (inout OutputSpan<UInt8>) -> Void) {
        self.init(code, String(upTo: 160, append))
    }
}

extension TierStanding {
    /// Derived from the figures: one for the tier, then what else is worth knowing.
    package var reasons: [TierReason] {
        var reasons: [TierReason] = []
        reasons.reserveCapacity(TierReason.limit)
        reasons.append(reasonOfTier)
        if let reasonOfCost { reasons.append(reasonOfCost) }
        if let reasonOfRefunds { reasons.append(reasonOfRefunds) }
        if let reasonOfExpense { reasons.append(reasonOfExpense) }
        if let reasonOfMove { reasons.append(reasonOfMove) }
        return reasons
    }

    private var reasonOfTier: TierReason {
        let rules = run.policy.rules
        switch tier {
        case .key:
            return TierReason(.topOfProfit) { text in
                text.append("a profit of ")
                profit.write(to: &text)
                text.append(", within the smallest group that brings ")
                rules.keyShare.write(to: &text)
                text.append(" of all profit")
            }
        case .ordinary:
            return TierReason(.middleOfProfit) { text in
                text.append("a profit of ")
                profit.write(to: &text)
                text.append(", below the group that brings ")
                rules.keyShare.write(to: &text)
                text.append(" of all profit and within the one that brings ")
                rules.ordinaryShare.write(to: &text)
            }
        case .small where orders == 0:
            return TierReason(
                .noOrders,
                "no order from \(run.windowStart) until \(run.asOf)"
            )
        case .small where profit <= .zero:
            return TierReason(
                .noProfit,
                "orders for \(amount) brought no profit: \(profit)"
            )
        case .small:
            return TierReason(.tailOfProfit) { text in
                text.append("a profit of ")
                profit.write(to: &text)
                text.append(", below the group that brings ")
                rules.ordinaryShare.write(to: &text)
                text.append(" of all profit")
            }
        }
    }

    private var reasonOfCost: TierReason? {
        guard amountWithoutCost > .zero else { return nil }
        return TierReason(.costUnknown) { text in
            text.append("the cost of orders for ")
            amountWithoutCost.write(to: &text)
            text.append(" is not known; a margin of ")
            run.policy.rules.margin.write(to: &text)
            text.append(" applies to them")
        }
    }

    private var reasonOfRefunds: TierReason? {
        guard refunded > .zero else { return nil }
        return TierReason(.refunds) { text in
            text.append("refunds of ")
            refunded.write(to: &text)
            text.append(" are subtracted")
        }
    }

    private var reasonOfExpense: TierReason? {
        guard expense > .zero else { return nil }
        return TierReason(.salesExpense) { text in
            text.append("sales expense of ")
            expense.write(to: &text)
            text.append(" is subtracted")
        }
    }

    /// Only in the run that moved the customer.
    private var reasonOfMove: TierReason? {
        guard let previousTier, changedAt == run.asOf else { return nil }
        return TierReason(
            tier.isAbove(previousTier) ? .movedUp : .movedDown,
            "\(previousTier.rawValue) in the run before"
        )
    }
}

extension TierStanding {
    private static let noCategorySpend = TierReason(
        .noCategorySpend,
        "neither the customer nor a survey says what it buys in all of a category"
    )

    /// Why the customer has its attitude, or why that is not known.
    package var reasonOfAttitude: TierReason {
        guard let finding = attitudeFinding else { return Self.noCategorySpend }
        let code: TierReason.Code =
            switch finding.attitude {
            case .loyal: .loyal
            case .switcher: .switcher
            case .none: .noBrandLoyalty
            }
        let change =
            finding.switchedAt.map { "changed brands at \($0)" } ?? "changed brands not once"
        return TierReason(
            code,
            "\(finding.share) of what the customer needs was bought from us, and it \(change)"
        )
    }
}

extension Tier {
    fileprivate func isAbove(_ other: Tier) -> Bool {
        self == .key || (self == .ordinary && other == .small)
    }
}

/// What a list of standings is narrowed to.
package struct TierFilter: Sendable {
    package var tier: Tier?
    package var abc: ABCClass?
    package var changedSince: Instant?
    /// Takes the latest run at or before it.
    package var asOf: Instant?

    package init(
        tier: Tier? = nil,
        abc: ABCClass? = nil,
        changedSince: Instant? = nil,
        asOf: Instant? = nil
    ) {
        self.tier = tier
        self.abc = abc
        self.changedSince = changedSince
        self.asOf = asOf
    }
}

/// The order in which standings are listed.
package enum TierSorting: String, Sendable, CaseIterable {
    case rank
}
