// SPDX-License-Identifier: Apache-2.0

/// Why a customer has its tier, or its attitude: the figures, and the sentence that they make.
package enum TierReason: Sendable, Equatable {
    case topOfProfit(Money, within: Share)
    case middleOfProfit(Money, below: Share, within: Share)
    case tailOfProfit(Money, below: Share)
    case noProfit(amount: Money, profit: Money)
    case noOrders(from: Instant, until: Instant)
    case costUnknown(amount: Money, margin: Share)
    case refunds(Money)
    case salesExpense(Money)
    case movedUp(from: FormerStanding)
    case movedDown(from: FormerStanding)
    case attitude(AttitudeFinding)
    case noCategorySpend

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

    package var code: Code {
        switch self {
        case .topOfProfit: .topOfProfit
        case .middleOfProfit: .middleOfProfit
        case .tailOfProfit: .tailOfProfit
        case .noProfit: .noProfit
        case .noOrders: .noOrders
        case .costUnknown: .costUnknown
        case .refunds: .refunds
        case .salesExpense: .salesExpense
        case .movedUp: .movedUp
        case .movedDown: .movedDown
        case .attitude(let finding):
            switch finding.attitude {
            case .loyal: .loyal
            case .switcher: .switcher
            case .none: .noBrandLoyalty
            }
        case .noCategorySpend: .noCategorySpend
        }
    }
}

// MARK: - The sentence

extension TierReason {
    package var text: String {
        String(upTo: Self.textLimit) { write(to: &$0) }
    }

    /// The most bytes that `write` appends, and some more.
    package static let textLimit = 200

    /// Appends the sentence, in which nothing needs an escape.
    package func write(to text: inout OutputSpan<UInt8>) {
        switch self {
        case .topOfProfit(let profit, let share):
            Self.place(profit, "within the smallest group", share, in: &text)
        case .middleOfProfit(let profit, let keyShare, let share):
            Self.place(profit, "below the group", keyShare, in: &text)
            text.append(" and within the one that brings ")
            share.write(to: &text)
        case .tailOfProfit(let profit, let share):
            Self.place(profit, "below the group", share, in: &text)
        case .noProfit(let amount, let profit):
            text.append("orders for ")
            amount.write(to: &text)
            text.append(" brought no profit: ")
            profit.write(to: &text)
        case .noOrders(let start, let end):
            text.append("no order from ")
            start.write(to: &text)
            text.append(" until ")
            end.write(to: &text)
        case .costUnknown(let amount, let margin):
            text.append("the cost of orders for ")
            amount.write(to: &text)
            text.append(" is not known; a margin of ")
            margin.write(to: &text)
            text.append(" applies to them")
        case .refunds(let amount):
            text.append("refunds of ")
            amount.write(to: &text)
            text.append(" are subtracted")
        case .salesExpense(let amount):
            text.append("sales expense of ")
            amount.write(to: &text)
            text.append(" is subtracted")
        case .movedUp(let former), .movedDown(let former):
            text.append(former.tier.rawValue)
            text.append(" in the run before")
            guard let profit = former.profit else { return }
            text.append(", by a profit of ")
            profit.write(to: &text)
            guard let cutoff = former.cutoff else { return }
            text.append(" where ")
            cutoff.write(to: &text)
            text.append(" was enough")
        case .attitude(let finding):
            text.append(finding.share.description)
            text.append(" of what the customer needs was bought from us, and it changed brands ")
            guard let switchedAt = finding.switchedAt else { return text.append("not once") }
            text.append("at ")
            switchedAt.write(to: &text)
        case .noCategorySpend:
            text.append(
                "neither the customer nor a survey says what it buys in all of a category"
            )
        }
    }
}

extension TierReason {
    /// Appends where a profit lies beside a group that brings a share of all.
    private static func place(
        _ profit: Money,
        _ place: String,
        _ share: Share,
        in text: inout OutputSpan<UInt8>
    ) {
        text.append("a profit of ")
        profit.write(to: &text)
        text.append(", ")
        text.append(place)
        text.append(" that brings ")
        share.write(to: &text)
        text.append(" of all profit")
    }
}

// MARK: - The reasons of a standing

extension TierStanding {
    /// Derived from the figures: one for the tier, then what else is worth knowing.
    package var reasons: [TierReason] {
        var reasons: [TierReason] = []
        reasons.reserveCapacity(TierReason.limit)
        reasons.append(reasonOfTier)
        if amountWithoutCost > .zero {
            reasons.append(.costUnknown(amount: amountWithoutCost, margin: rules.margin))
        }
        if refunded > .zero { reasons.append(.refunds(refunded)) }
        if expense > .zero { reasons.append(.salesExpense(expense)) }
        if let former { reasons.append(move(from: former)) }
        return reasons
    }

    private var rules: TierRules { run.policy.rules }

    private var reasonOfTier: TierReason {
        switch tier {
        case .key:
            .topOfProfit(profit, within: rules.keyShare)
        case .ordinary:
            .middleOfProfit(profit, below: rules.keyShare, within: rules.ordinaryShare)
        case .small where orders == 0:
            .noOrders(from: run.windowStart, until: run.asOf)
        case .small where profit <= .zero:
            .noProfit(amount: amount, profit: profit)
        case .small:
            .tailOfProfit(profit, below: rules.ordinaryShare)
        }
    }

    private func move(from former: FormerStanding) -> TierReason {
        tier.isAbove(former.tier) ? .movedUp(from: former) : .movedDown(from: former)
    }

    /// Why the customer has its attitude, or why that is not known.
    package var reasonOfAttitude: TierReason {
        attitudeFinding.map(TierReason.attitude) ?? .noCategorySpend
    }
}

extension Tier {
    fileprivate func isAbove(_ other: Tier) -> Bool {
        self == .key || (self == .ordinary && other == .small)
    }
}
