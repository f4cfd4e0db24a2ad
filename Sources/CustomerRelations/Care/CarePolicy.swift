// SPDX-License-Identifier: Apache-2.0
import SQLite

/// What customers are entitled to by tier and potential, as it was put in force at some time (M25).
package struct CarePolicy: Sendable, Equatable {
    package let version: Int
    package let rules: CareRules
    package let createdAt: Instant
}

/// The bounds of potential (M23), and what follows from tier and potential (M25, 分级差异化服务).
package struct CareRules: Sendable, Equatable {
    package static let dayRange = 0...365

    /// The part of its need that a customer buys elsewhere, from which on there is room.
    package let leastGap: Share
    /// The part by which more is bought than in the window before, from which on it is growth.
    package let leastGrowth: Share
    /// After how many days an invoice that is not paid speaks against a customer.
    package let overdueDays: Int
    /// The purchases expected in twelve months below which a full record does not pay (M12).
    package let leastRepeats: Share
    /// What keeping a full record costs in a year (M12).
    package let keepingCost: Money
    /// One for each tier and potential, the highest first.
    package let terms: [CareTerms]

    package init(
        leastGap: Share,
        leastGrowth: Share,
        overdueDays: Int,
        leastRepeats: Share,
        keepingCost: Money,
        terms: [CareTerms]
    ) {
        self.leastGap = leastGap
        self.leastGrowth = leastGrowth
        self.overdueDays = overdueDays
        self.leastRepeats = leastRepeats
        self.keepingCost = keepingCost
        self.terms = terms
    }

    func terms(of tier: Tier, _ potential: Potential.Verdict) -> CareTerms? {
        terms.first { $0.tier == tier && $0.potential == potential }
    }
}

/// What a customer of a tier, with or without potential, is entitled to.
package struct CareTerms: Sendable, Equatable {
    package enum Channel: String, Sendable, CaseIterable, ColumnValue {
        case faceToFace = "face-to-face"
        case phone
        case web
        case dealer
    }

    package static let hourRange = 0...744
    package static let contactRange = 0...366

    package let tier: Tier
    package let potential: Potential.Verdict
    /// What is done with such customers, in a line.
    package let programme: String
    /// How they are looked after.
    package let channel: Channel
    /// The hours of service in a month.
    package let serviceHours: Int
    package let contactsPerYear: Int
    /// What promotion may cost in a year.
    package let promotionBudget: Money
    /// Whether they pay before they are served.
    package let isPrepaid: Bool

    package init(
        tier: Tier,
        potential: Potential.Verdict,
        programme: String,
        channel: Channel,
        serviceHours: Int,
        contactsPerYear: Int,
        promotionBudget: Money,
        isPrepaid: Bool
    ) {
        self.tier = tier
        self.potential = potential
        self.programme = programme
        self.channel = channel
        self.serviceHours = serviceHours
        self.contactsPerYear = contactsPerYear
        self.promotionBudget = promotionBudget
        self.isPrepaid = isPrepaid
    }
}

// MARK: - What makes sense

extension CareRules {
    /// The rules with their terms in order; refused where terms are missing, doubled or upside down.
    func ordered() throws -> CareRules {
        var places: [Int] = []
        var missing: [String] = []
        for tier in Tier.allCases {
            for potential in Potential.Verdict.allCases {
                let found = terms.indices.filter {
                    terms[$0].tier == tier && terms[$0].potential == potential
                }
                places += found.prefix(1)
                if found.count != 1 {
                    missing.append("\(tier.rawValue) that \(potential.rawValue) potential")
                }
            }
        }
        guard missing.isEmpty, terms.count == places.count else {
            throw ServiceError.invertedPolicy([
                ServiceError.Refusal(
                    "/terms",
                    "must hold one for each tier and potential; not so for: "
                        + missing.joined(separator: ", ")
                )
            ])
        }
        let refusals = senseless(places)
        guard refusals.isEmpty else { throw ServiceError.invertedPolicy(refusals) }
        return CareRules(
            leastGap: leastGap,
            leastGrowth: leastGrowth,
            overdueDays: overdueDays,
            leastRepeats: leastRepeats,
            keepingCost: keepingCost,
            terms: places.map { terms[$0] }
        )
    }

    /// Terms that give more to whom the method gives less; `places` are theirs in the method's order.
    private func senseless(_ places: [Int]) -> [ServiceError.Refusal] {
        var refusals: [ServiceError.Refusal] = []
        for (rank, place) in places.enumerated() {
            let one = terms[place]
            if one.channel == .faceToFace, one.contactsPerYear == 0 {
                refusals.append(
                    ServiceError.Refusal(
                        "/terms/\(place)/contactsPerYear",
                        "must not be 0 where customers are met face to face"
                    )
                )
            }
            // The same potential a tier higher, and the same tier with potential.
            let isLacking = rank % 2 == 1
            let above = (rank >= 2 ? [rank - 2] : []) + (isLacking ? [rank - 1] : [])
            for better in above {
                let other = terms[places[better]]
                refusals += one.excesses(over: other, betterTier: better == rank - 2).map {
                    ServiceError.Refusal("/terms/\(place)/\($0.member)", $0.detail)
                }
            }
        }
        return refusals
    }
}

extension CareTerms {
    fileprivate struct Excess {
        let member: String
        let detail: String
    }

    /// In what these terms give more than those of a better customer.
    fileprivate func excesses(over other: CareTerms, betterTier: Bool) -> [Excess] {
        let better =
            "\(other.tier.rawValue) customers that \(other.potential.rawValue) potential get"
        var excesses: [Excess] = []
        if serviceHours > other.serviceHours {
            excesses.append(
                Excess(
                    member: "serviceHours",
                    detail: "must not be more than the \(other.serviceHours) that \(better)"
                )
            )
        }
        if contactsPerYear > other.contactsPerYear {
            excesses.append(
                Excess(
                    member: "contactsPerYear",
                    detail: "must not be more than the \(other.contactsPerYear) that \(better)"
                )
            )
        }
        if promotionBudget > other.promotionBudget {
            excesses.append(
                Excess(
                    member: "promotionBudget",
                    detail: "must not be more than the \(other.promotionBudget) that \(better)"
                )
            )
        }
        if betterTier, other.isPrepaid, !isPrepaid {
            excesses.append(
                Excess(
                    member: "prepayment",
                    detail: "must be asked for where it is of \(other.tier.rawValue) customers"
                )
            )
        }
        return excesses
    }
}
