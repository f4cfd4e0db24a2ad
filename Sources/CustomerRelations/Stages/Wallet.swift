// SPDX-License-Identifier: Apache-2.0

/// What a customer buys in all by category, and what of it from us (M20, M21), in a window.
package struct Wallet: Sendable {
    package let asOf: Instant
    package let windowStart: Instant
    package let windowMonths: Int
    /// By name.
    package let categories: [CategoryShare]
    /// Whether an order of the window stands: it was not called off, nor all of it given back.
    package let hasPurchases: Bool

    /// The share over all categories of which the customer or a survey says what it buys.
    ///
    /// Of who bought nothing, or gave all of it back, it is nothing, whatever the customer buys elsewhere;
    /// nil where it cannot be told.
    package var share: WalletShare? {
        WalletShare(of: categories, hasPurchases: hasPurchases) ?? (hasPurchases ? nil : .nothing)
    }
}

/// What a customer buys of a category in a window, and what of it from us.
package struct CategoryShare: Sendable {
    package let category: String
    /// From us, less what came back; not below nothing.
    package let bought: Money
    /// In all, in twelfths of a fen, which the months of a period divide; what is bought from us where
    /// that is said to be nothing.
    let needTwelfths: Int64
    package let source: CategorySpend.Source
    /// When the customer bought so much.
    package let asOf: Instant
    package let rivals: Int?
    /// When it last changed from one brand to another, if it did within the window.
    package let switchedAt: Instant?

    init(
        category: String,
        bought: Int64,
        details: CategorySpendDetails,
        windowStart: Instant,
        windowMonths: Int
    ) {
        self.category = category
        self.bought = max(.zero, Money(rawValue: bought))
        let stated = Int128(details.amount.rawValue) * Int128(windowMonths)
        needTwelfths = Int64(
            clamping: stated > 0
                ? stated * Int128(12 / details.per.months) : Int128(self.bought.rawValue) * 12
        )
        source = details.source
        asOf = details.asOf
        rivals = details.rivals
        switchedAt = details.switchedAt.flatMap { $0 >= windowStart ? $0 : nil }
    }

    /// In all, to the nearest fen.
    package var need: Money { Money(twelfths: needTwelfths) }

    /// Our own estimates prove nothing about a customer.
    package var isCounted: Bool { source != .estimated && needTwelfths > 0 }

    /// The part that is bought from us, at most all of it; nil where nothing is needed.
    package var share: WalletShare? {
        guard needTwelfths > 0 else { return nil }
        let twelfths = Int128(bought.rawValue) * 12
        return WalletShare(
            bought: Int64(clamping: min(twelfths, Int128(needTwelfths))),
            need: needTwelfths
        )
    }
}

extension CategorySpend.Period {
    fileprivate var months: Int {
        switch self {
        case .month: 1
        case .quarter: 3
        case .year: 12
        }
    }
}

/// A share of what a customer needs, exactly: both parts in twelfths of a fen.
package struct WalletShare: Sendable, Equatable {
    /// Of a customer who bought nothing, whatever it needs.
    static let nothing = WalletShare(bought: 0, need: 0)
    /// Of a customer who bought something while nobody says what it needs.
    static let unknown = WalletShare(bought: 0, need: 0, hasPurchases: true)

    let bought: Int64
    let need: Int64
    /// Whether the customer bought something, though it be of what it does not say to need.
    let hasPurchases: Bool

    /// The share in all, of no category more than is needed; nil where none counts.
    init?(of categories: [CategoryShare], hasPurchases: Bool = false) {
        var bought: Int128 = 0
        var need: Int128 = 0
        for category in categories where category.isCounted {
            guard let share = category.share else { continue }
            bought += Int128(share.bought)
            need += Int128(share.need)
        }
        guard need > 0 else { return nil }
        self.init(
            bought: Int64(clamping: bought),
            need: Int64(clamping: need),
            hasPurchases: hasPurchases
        )
    }

    init(bought: Int64, need: Int64, hasPurchases: Bool = false) {
        self.bought = bought
        self.need = need
        self.hasPurchases = hasPurchases || bought > 0
    }

    /// Whether more is known than that it is not nothing.
    var isKnown: Bool { need > 0 || !hasPurchases }

    /// Itself; nil while it is unknown.
    package var known: WalletShare? { isKnown ? self : nil }

    package var fraction: Double {
        need > 0 ? Double(bought) / Double(need) : 0
    }

    package var boughtAmount: Money { Money(twelfths: bought) }

    package var needAmount: Money { Money(twelfths: need) }

    /// Whether it is at least so many hundredths, exactly.
    func reaches(percent: Int) -> Bool {
        bought > 0 && Int128(bought) * 100 >= Int128(need) * Int128(percent)
    }

    /// The stage that this share alone leads to (M21): half-open bounds at 0, 50 and 80 %; of who bought
    /// something it is more than 0, whatever that was.
    package var stage: Customer.Stage {
        if reaches(percent: 80) { return .strategic }
        if reaches(percent: 50) { return .stable }
        return hasPurchases ? .initial : .development
    }
}

extension WalletShare: CustomStringConvertible {
    /// The percentage with two decimals, cut off and not rounded, so that 49.999 % is no 50 %.
    package var description: String {
        guard isKnown else { return "an unknown share" }
        let hundredths = need > 0 ? Int(Int128(bought) * 10_000 / Int128(need)) : 0
        let decimals = hundredths % 100
        return "\(hundredths / 100).\(decimals < 10 ? "0" : "")\(decimals) %"
    }
}

extension Money {
    /// The nearest fen to so many twelfths of one that are not negative.
    fileprivate init(twelfths: Int64) {
        self.init(rawValue: (twelfths / 12) + (twelfths % 12 >= 6 ? 1 : 0))
    }
}
