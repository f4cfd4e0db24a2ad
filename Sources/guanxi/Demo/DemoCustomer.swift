// SPDX-License-Identifier: Apache-2.0
import CustomerRelations

/// A customer of the demo: what is recorded of it, and how it behaves.
struct DemoCustomer: Sendable {
    let number: Int
    let details: CustomerDetails
    /// How the staff write of it.
    let polite: String
    /// Who works there, of a firm.
    let people: [DemoPerson]
    let joinedAt: Instant
    let habits: Habits

    var isFirm: Bool { details.kind == .enterprise }

    /// The name by which the other records name it.
    var name: CustomerName { .externalID(Self.externalID(number)) }

    static func externalID(_ number: Int) -> String {
        "C-" + number.padded(to: 6)
    }
}

/// How often a customer buys, how much, and when it stops.
///
/// Rates are gamma distributed and each purchase may be the last, as in the BG/NBD model; amounts
/// are log-normal. So a fifth of the customers brings about four fifths of the profit.
struct Habits: Sendable {
    /// 0 for those who never buy.
    let ordersPerYear: Double
    /// The chance that a purchase is the last.
    let leaving: Double
    /// How much more than others it buys at a time.
    let size: Double
    let discount: Double
    let categories: [String]
    let paysOnCredit: Bool

    init(_ random: inout SplitMix64, isFirm: Bool, isInternal: Bool, _ assortment: Assortment) {
        let buys = !isInternal && random.happens(0.87)
        let rate = random.gamma(shape: isFirm ? 1.3 : 1.1, mean: isFirm ? 8 : 5)
        ordersPerYear = buys ? min(rate, 60) : 0
        let drift = random.fraction()
        leaving = 0.01 + 0.1 * drift * drift
        size = min(random.logNormal(median: 1, spread: isFirm ? 0.7 : 0.55), isFirm ? 12 : 4)
        // A few were won with prices below cost.
        let isBargain = random.happens(0.02)
        let usual = isFirm ? min(0.02 + 0.03 * size, 0.2) : random.happens(0.2) ? 0.05 : 0
        discount = isBargain ? random.number(in: 0.42...0.55) : usual
        var favourites: [String] = []
        for _ in 0..<random.number(in: 1...3) {
            favourites.append(random.pick(assortment.categories))
        }
        categories = favourites
        paysOnCredit = isFirm && random.happens(0.6)
    }
}

extension Int {
    /// With zeros in front.
    func padded(to width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(width - digits.count, 0)) + digits
    }
}
