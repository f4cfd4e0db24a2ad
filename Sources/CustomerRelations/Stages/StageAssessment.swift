// SPDX-License-Identifier: Apache-2.0

/// What an assessment found of the relation with a customer (M21, M22).
package struct StageAssessment: Sendable {
    package let id: ID<StageAssessment>
    package let customerID: ID<Customer>
    /// Orders before this counted.
    package let asOf: Instant
    package let windowStart: Instant
    package let windowMonths: Int
    /// The run that assessed all customers; nil where this one alone was.
    package let runID: ID<TierRun>?
    package let share: WalletShare
    package let step: StageStep
    /// When the customer came to this stage.
    package let changedAt: Instant
    /// The task that a fall opened.
    package let taskID: ID<StaffTask>?
    package let createdAt: Instant

    package var stage: Customer.Stage { step.stage }

    package var reasons: [StageReason] { StageReason.all(of: self) }

    /// Whether it found no orders, and there are some as of a later date.
    func isPast(by wallet: Wallet) -> Bool { !share.hasPurchases && wallet.hasPurchases }
}

extension WalletShare {
    /// What an assessment of a customer with orders goes by where nobody says what it buys in all.
    ///
    /// Who was known to buy nothing buys something now; nil of others, whose stage stays what it was.
    static func ofOrders(
        after stage: Customer.Stage?,
        _ share: WalletShare?
    ) -> WalletShare? {
        stage == .development || share == .unknown ? .unknown : nil
    }
}

/// Where an assessment leads (M22, 循序渐进/倒退修补): up by one stage at most, down at once.
package struct StageStep: Sendable, Equatable {
    package let stage: Customer.Stage
    /// The higher stage that the share would lead to; nil where it leads no further.
    package let pending: Customer.Stage?
    /// The stage before this one; nil if there was none.
    package let previousStage: Customer.Stage?

    init(
        stage: Customer.Stage,
        pending: Customer.Stage?,
        previousStage: Customer.Stage?
    ) {
        self.stage = stage
        self.pending = pending
        self.previousStage = previousStage
    }

    /// Goes on from the assessment before; the first one finds the customer wherever it stands.
    package init(_ share: WalletShare, after last: StageStep?) {
        let target = share.stage
        guard let last else {
            self.init(stage: target, pending: nil, previousStage: nil)
            return
        }
        let stage = target.isAbove(last.stage) ? last.stage.next : target
        self.init(
            stage: stage,
            pending: target == stage ? nil : target,
            previousStage: stage == last.stage ? last.previousStage : last.stage
        )
    }
}

extension Customer.Stage {
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    func isAbove(_ other: Self) -> Bool { rank > other.rank }

    /// The stage above; the highest has none and is its own.
    fileprivate var next: Self { Self.allCases[min(rank + 1, Self.allCases.count - 1)] }
}

/// Why a customer stands at its stage.
package struct StageReason: Sendable, Equatable {
    package enum Code: String, Sendable, CaseIterable {
        case share = "share"
        case noOrders = "no-orders"
        case promoted
        case pending
        case fallen
        case noCategorySpend = "no-category-spend"
        case ordersSince = "orders-since"
    }

    package let code: Code
    package let text: String

    init(_ code: Code, _ text: String) {
        self.code = code
        self.text = text
    }

    static let noCategorySpend = StageReason(
        .noCategorySpend,
        "there are orders, and neither the customer nor a survey says what it buys in all of such things"
    )

    static let ordersSince = StageReason(
        .ordersSince,
        "there have been orders since, which the next assessment will find"
    )

    fileprivate static func all(of one: StageAssessment) -> [StageReason] {
        var reasons = [first(of: one)]
        if let previous = one.step.previousStage, one.changedAt == one.asOf {
            reasons.append(
                one.stage.isAbove(previous)
                    ? StageReason(.promoted, "one stage up from \(previous.rawValue)")
                    : StageReason(
                        .fallen,
                        "down from \(previous.rawValue), which is to be repaired"
                    )
            )
        }
        if let pending = one.step.pending {
            reasons.append(
                StageReason(.pending, "\(pending.rawValue) is reached one stage at a time")
            )
        }
        return reasons
    }

    /// What it was told by.
    private static func first(of one: StageAssessment) -> StageReason {
        guard one.share.isKnown else { return .noCategorySpend }
        guard one.share != .nothing else {
            return StageReason(
                .noOrders,
                "no order that stands from \(one.windowStart) until \(one.asOf)"
            )
        }
        let isOfOthers = one.share.bought == 0 && one.share.hasPurchases
        return StageReason(
            .share,
            "\(one.share) of what the customer needs was bought from us: "
                + "\(one.share.boughtAmount) of \(one.share.needAmount) in "
                + "\(one.windowMonths) months"
                + (isOfOthers ? "; its orders are of other things" : "")
        )
    }
}

/// Where the relation with a customer stands, what speaks for it now, and what is advised.
package struct StageStanding: Sendable {
    package let customerID: ID<Customer>
    /// The latest assessment; nil before the first.
    package let assessment: StageAssessment?
    /// What it looks like as of the instant that is asked for, assessed or not.
    package let wallet: Wallet
    package let advice: StageAdvice?

    package var reasons: [StageReason] {
        guard let assessment else { return wallet.share == nil ? [.noCategorySpend] : [] }
        return assessment.reasons + (assessment.isPast(by: wallet) ? [.ordersSince] : [])
    }
}

/// What an assessment is made with; without a date, as of now.
package struct NewStageAssessment: Sendable {
    package let asOf: Instant?

    package init(asOf: Instant? = nil) {
        self.asOf = asOf
    }
}

/// The order in which assessments are listed.
package enum StageAssessmentSorting: String, Sendable, CaseIterable {
    case asOf
}
