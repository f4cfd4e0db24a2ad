// SPDX-License-Identifier: Apache-2.0

/// What draws a customer to us (M08, 产品/服务/价格吸引), by the orders of a window.
package struct Attraction: Sendable {
    package enum Driver: String, Sendable, CaseIterable {
        case product
        case service
        case price
    }

    /// What to do about it.
    package enum Action: String, Sendable, CaseIterable {
        case recommend
        case serve
        case reprice
    }

    package let customerID: ID<Customer>
    package let asOf: Instant
    package let windowStart: Instant
    package let windowMonths: Int
    package let orders: Int
    /// One for each driver; none without orders.
    package let evidence: [AttractionEvidence]

    /// The strongest driver; of equal ones price before service before product.
    ///
    /// Nil where nothing speaks for any.
    package var driver: Driver? {
        let strongest = evidence.max { one, other in
            (one.score, one.driver.weight) < (other.score, other.driver.weight)
        }
        return strongest.flatMap { $0.score > 0 ? $0.driver : nil }
    }

    package var action: Action? {
        switch driver {
        case .product: .recommend
        case .service: .serve
        case .price: .reprice
        case nil: nil
        }
    }
}

extension Attraction.Driver {
    fileprivate var weight: Int {
        switch self {
        case .product: 0
        case .service: 1
        case .price: 2
        }
    }
}

/// What speaks for a driver.
package struct AttractionEvidence: Sendable {
    package let driver: Attraction.Driver
    /// From 0 to 1.
    package let score: Double
    package let text: String
}

/// What attraction is told by, less what was given back.
struct AttractionFigures: Sendable {
    /// What lines come to before their discounts.
    let gross: Money
    /// Of the lines that have a discount, after it.
    let discounted: Money
    let discount: Money
    /// After discounts.
    let net: Money
    /// Of which most was bought, of equal ones the first by name; nil where nothing was.
    let topSKU: String?
    let topAmount: Money
    let orders: Int
    /// The contacts that the customer began.
    let contacts: Int

    init(_ lines: [BehaviourStore.Line], orders: Int, contacts: Int) {
        func sum(_ amounts: [Money]) -> Money { amounts.reduce(.zero, +) }
        gross = sum(lines.map { $0.gross + $0.refunded })
        discount = sum(lines.map(\.discount))
        discounted = sum(lines.filter { $0.discount > .zero }.map(\.amount))
        net = sum(lines.map(\.amount))
        let top = Dictionary(grouping: lines, by: \.sku).mapValues { sum($0.map(\.amount)) }
            .filter { $0.value > .zero }
            .max { ($0.value, $1.key) < ($1.value, $0.key) }
        topSKU = top?.key
        topAmount = top?.value ?? .zero
        self.orders = orders
        self.contacts = contacts
    }

    var evidence: [AttractionEvidence] {
        guard orders > 0 else { return [] }
        let part = topAmount.share(of: net)
        return [
            AttractionEvidence(
                driver: .product,
                score: part,
                text: topSKU.map { "\(topAmount) of \(net) went to \($0)" }
                    ?? "no order names what was bought and kept"
            ),
            AttractionEvidence(
                driver: .service,
                score: min(1, Double(contacts) / Double(orders)),
                text: "the customer began \(contacts) contacts beside \(orders) orders"
            ),
            AttractionEvidence(
                driver: .price,
                score: discounted.share(of: net),
                text:
                    "\(discounted) of \(net) was bought at a discount, \(discount) of \(gross) in all"
            ),
        ]
    }
}

/// Whether keeping a full record of a customer pays (M12, 不必建库的情形).
package struct RecordAdvice: Sendable {
    package enum Verdict: String, Sendable, CaseIterable {
        case full
        case minimal
    }

    package let customerID: ID<Customer>
    package let asOf: Instant
    /// The care policy by which it was measured.
    package let policyVersion: Int
    package let evidence: [RecordEvidence]

    /// A minimal record does where anything speaks against a full one.
    package var verdict: Verdict {
        evidence.contains { $0.sign == .against } ? .minimal : .full
    }
}

/// What speaks for a full record, or against it.
package struct RecordEvidence: Sendable {
    package enum Code: String, Sendable, CaseIterable {
        case repeatPurchases = "repeat-purchases"
        case loyalty
        case keepingCost = "keeping-cost"
    }

    package let code: Code
    package let sign: PotentialEvidence.Sign
    package let text: String

    init(_ code: Code, _ sign: PotentialEvidence.Sign, _ text: String) {
        self.code = code
        self.sign = sign
        self.text = text
    }
}
