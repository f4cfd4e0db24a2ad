// SPDX-License-Identifier: Apache-2.0
internal import Statistics

/// The days on which a customer bought, as far as the models look at them.
///
/// Days are those of the service's calendar, counted from 1970; several orders of one day are one
/// purchase. Beside the whole history stands what it was at the end of an earlier day, so that a
/// model of that day can be held against what came after.
struct PurchaseDays: Sendable {
    let customer: ID<Customer>
    let first: Int
    private(set) var last: Int
    /// The days with a purchase after the first, and what those purchases came to.
    private(set) var repeats = 0
    private(set) var repeatAmount: Int64 = 0
    private let firstAmount: Int64
    private var earlierLast: Int
    private var earlierRepeats = 0

    init(customer: ID<Customer>, first: Int, _ amount: Int64) {
        self.customer = customer
        self.first = first
        firstAmount = amount
        last = first
        earlierLast = first
    }

    /// Adds a later day; `cut` is the end of the earlier history.
    mutating func add(_ day: Int, _ amount: Int64, cut: Int) {
        last = day
        repeats += 1
        repeatAmount = repeatAmount.addingSaturated(amount)
        guard day <= cut else { return }
        earlierLast = day
        earlierRepeats += 1
    }

    /// What the models look at, with data up to and with a day that is not before the last one.
    func history(until end: Int) -> PurchaseHistory {
        PurchaseHistory(
            frequency: repeats,
            recency: Double(last - first) / 7,
            age: Double(end - first) / 7
        )
    }

    /// The same of the earlier history; nil if the first purchase came after it.
    func earlierHistory(until cut: Int) -> PurchaseHistory? {
        guard first <= cut else { return nil }
        return PurchaseHistory(
            frequency: earlierRepeats,
            recency: Double(earlierLast - first) / 7,
            age: Double(cut - first) / 7
        )
    }

    /// How many purchases came after the earlier history.
    var laterPurchases: Int {
        repeats - earlierRepeats
    }

    /// What all purchases came to.
    var total: Money {
        Money(rawValue: firstAmount.addingSaturated(repeatAmount))
    }

    /// What the repeat purchases came to on average; nil without any, or where they came to
    /// nothing.
    var spending: Spending? {
        guard repeats > 0, repeatAmount > 0 else { return nil }
        return Spending(frequency: repeats, mean: Double(repeatAmount) / 100 / Double(repeats))
    }
}

/// Puts orders together to days of purchases, customer by customer.
///
/// Cancelled orders are no purchases. A refund lessens the amount of the order's day, and the order
/// stays a purchase: the customer came.
struct PurchaseBook: Sendable {
    /// A change to what the orders of a customer's day say.
    private struct Change {
        var orders = 0
        var amount: Int64 = 0
    }

    private struct Place: Hashable {
        let customer: ID<Customer>
        let day: Int
    }

    let zone: CivilTimeZone
    /// The last day of the earlier history.
    let cut: Int
    private(set) var customers: [PurchaseDays] = []
    private var changes: [Place: Change] = [:]
    private var current: (place: Place, orders: Int, amount: Int64)?

    init(zone: CivilTimeZone, cut: Int) {
        self.zone = zone
        self.cut = cut
    }

    /// Takes back an order that was cancelled; before any order is added.
    mutating func cancel(_ customer: ID<Customer>, at placedAt: Instant, _ total: Money) {
        change(customer, placedAt) { change in
            change.orders -= 1
            change.amount = change.amount.subtractingSaturated(total.rawValue)
        }
    }

    /// Takes back a part of an order, an amount that is not positive; before any order is added.
    mutating func refund(_ customer: ID<Customer>, at placedAt: Instant, _ amount: Money) {
        change(customer, placedAt) { change in
            change.amount = change.amount.addingSaturated(amount.rawValue)
        }
    }

    /// Adds an order, by ascending customer and time.
    mutating func add(_ customer: ID<Customer>, at placedAt: Instant, _ total: Money) {
        let place = Place(customer: customer, day: zone.day(of: placedAt).daysSinceEpoch)
        if let current, current.place == place {
            self.current = (
                place, current.orders + 1, current.amount.addingSaturated(total.rawValue)
            )
        } else {
            close()
            current = (place, 1, total.rawValue)
        }
    }

    /// Ends the day at hand; after the last order.
    mutating func close() {
        guard let current else { return }
        self.current = nil
        let (place, change) = (current.place, changes[current.place] ?? Change())
        guard current.orders + change.orders > 0 else { return }
        let amount = max(0, current.amount.addingSaturated(change.amount))
        if customers.last?.customer == place.customer {
            customers[customers.count - 1].add(place.day, amount, cut: cut)
        } else {
            customers.append(PurchaseDays(customer: place.customer, first: place.day, amount))
        }
    }

    private mutating func change(
        _ customer: ID<Customer>,
        _ placedAt: Instant,
        _ body: (inout Change) -> Void
    ) {
        let day = zone.day(of: placedAt).daysSinceEpoch
        body(&changes[Place(customer: customer, day: day), default: Change()])
    }
}
