// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// Customers of a run: what they bought, their ranks, tiers and classes (M18, M19).
///
/// Filled in passes, each by ascending customer id: `append` the customers; `take` over what an earlier
/// run found; of those of whom nothing was taken over, `add` what they bought, `cancel` what of it was
/// cancelled, `refund` what they were given back, `spend` what they cost. Then `close`, `rank` and
/// `classify` them, and `compare` them with the tiers they had before, which they `follow`. The result
/// depends on nothing else.
struct TierRanking: Sendable {
    let asOf: Instant
    let rules: TierRules
    /// By ascending customer id.
    private(set) var entries: [TierEntry] = []
    private(set) var outcome = TierOutcome()
    /// How far the pass at hand has come.
    private var place = 0

    init(asOf: Instant, rules: TierRules) {
        self.asOf = asOf
        self.rules = rules
    }

    /// The customers of several, which follow on one another.
    init(asOf: Instant, rules: TierRules, joining parts: [TierRanking]) {
        self.init(asOf: asOf, rules: rules)
        entries.reserveCapacity(parts.reduce(0) { $0 + $1.entries.count })
        for part in parts.givingWay(every: 1) { entries += part.entries }
    }

    mutating func append(_ customer: ID<Customer>) {
        entries.append(TierEntry(customer: customer, changedAt: asOf))
    }

    /// Takes over what an earlier run found of a customer.
    mutating func take(_ sums: TierSums) {
        guard reach(sums.position.customer) else { return }
        entries[place].take(sums)
    }

    /// Those of whom nothing was taken over.
    var unread: [ID<Customer>] {
        entries.compactMap { $0.isClosed ? nil : $0.customer }
    }

    /// Adds what a customer bought; one that was not appended is passed over.
    mutating func add(_ purchases: TierPurchases) {
        guard reachUnread(purchases.customer) else { return }
        entries[place].add(purchases)
    }

    /// Subtracts what was cancelled of what a customer bought.
    mutating func cancel(_ purchases: TierPurchases) {
        guard reachUnread(purchases.customer) else { return }
        entries[place].add(purchases.negated)
    }

    /// Adds what a customer was given back, which has the signs of refunds.
    mutating func refund(_ refunds: TierPurchases) {
        guard reachUnread(refunds.customer) else { return }
        entries[place].add(refunds.withoutOrders)
        entries[place].refunded = Int64(0).subtractingSaturated(refunds.amount)
    }

    /// Subtracts what was spent on a customer.
    mutating func spend(_ amount: Int64, on customer: ID<Customer>) {
        guard reachUnread(customer) else { return }
        entries[place].spend(amount)
    }

    /// Notes how a customer chooses between brands.
    mutating func note(_ attitude: AttitudeFinding, of customer: ID<Customer>) {
        guard reach(customer) else { return }
        entries[place].attitude = attitude
    }

    /// Notes how far the relation with a customer has come.
    mutating func note(_ stage: Customer.Stage, of customer: ID<Customer>) {
        guard reach(customer) else { return }
        entries[place].stage = stage
    }

    /// Notes that a customer bought a new product; customers may come in any order.
    mutating func noteEarlyAdopter(_ customer: ID<Customer>) {
        place = search(customer, upTo: entries.count)
        guard reach(customer) else { return }
        entries[place].isEarlyAdopter = true
    }

    /// Tells which tier a customer had in the run before, since when, and which one before.
    mutating func follow(_ previous: TierPosition) {
        guard reach(previous.customer) else { return }
        entries[place].follow(previous)
    }

    private mutating func reachUnread(_ customer: ID<Customer>) -> Bool {
        reach(customer) && !entries[place].isClosed
    }

    /// Goes on to the customer's entry, if there is one; another pass begins where its first one is.
    private mutating func reach(_ customer: ID<Customer>) -> Bool {
        if place == entries.count || customer < entries[place].customer {
            place = search(customer, upTo: place)
        }
        while place < entries.count, entries[place].customer < customer { place += 1 }
        return place < entries.count && entries[place].customer == customer
    }

    /// The place of the first one that is not before a customer, or the end.
    private func search(_ customer: ID<Customer>, upTo end: Int) -> Int {
        var (low, high) = (0, end)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].customer < customer { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension TierRanking {
    /// Closes the sums of each, once all that is to be read was read.
    mutating func close() {
        for index in entries.indices.givingWay() { entries[index].close(margin: rules.margin) }
    }

    /// Ranks by profit and cuts into tiers.
    mutating func rank() {
        var cut = ParetoCut(of: sum(\.profit), head: rules.keyShare, middle: rules.ordinaryShare)
        for (rank, index) in descending(\.profit).givingWay().enumerated() {
            let profit = entries[index].profit
            let tier = Tier(cut.next(profit))
            entries[index].tier = tier
            entries[index].rank = Int32(clamping: rank + 1)
            entries[index].cumulativeProfit = Int64(clamping: cut.sum)
            outcome.add(Money(rawValue: profit), to: tier)
        }
    }

    /// The customers in the order of their ranks.
    var byRank: [ID<Customer>] {
        var customers = entries.givingWay().map(\.customer)
        for entry in entries.givingWay() { customers[Int(entry.rank) - 1] = entry.customer }
        return customers
    }

    /// Finds whose tier is another one than in the run before.
    mutating func compare() {
        for index in entries.indices.givingWay() { entries[index].compare(with: asOf) }
    }

    /// Cuts into classes by amount.
    mutating func classify() {
        var cut = ParetoCut(of: sum(\.amount), head: rules.aShare, middle: rules.bShare)
        for index in descending(\.amount).givingWay() {
            entries[index].abc = ABCClass(cut.next(entries[index].amount))
        }
    }

    /// The places of the entries by descending value, ties by ascending id.
    private func descending(_ value: (TierEntry) -> Int64) -> some Sequence<Int> {
        // Values beside places: with places alone each look would fetch an entry.
        let keys = entries.givingWay().enumerated().map { place, entry in
            // The bits of what ascends as the value descends.
            DescendingKey(bits: ~UInt64(bitPattern: value(entry) ^ .min), place: Int32(place))
        }
        return DescendingKey.sorted(keys).lazy.map { Int($0.place) }
    }

    private func sum(_ value: (TierEntry) -> Int64) -> Int128 {
        entries.givingWay().reduce(0) { $0 + Int128(max(value($1), 0)) }
    }
}

/// A value by which entries are sorted, the least bits first, and the place of the entry.
private struct DescendingKey {
    private static let digits = 8
    private static let digitBits = 8

    let bits: UInt64
    let place: Int32

    /// Sorts by one digit after the other, the lowest first, and leaves what is equal in its order: a
    /// million in a fifth of the time that comparing them takes.
    static func sorted(_ keys: [DescendingKey]) -> [DescendingKey] {
        var (keys, next) = (keys, keys)
        for digit in 0..<digits {
            let shift = UInt64(digit * digitBits)
            var starts = [Int](repeating: 0, count: 1 << digitBits)
            for key in keys.givingWay() {
                starts[Int(truncatingIfNeeded: key.bits >> shift) & 0xff] += 1
            }
            // Where all have the same digit, as amounts have in front, they are sorted by it.
            if starts.contains(keys.count) { continue }
            var start = 0
            for value in starts.indices { (starts[value], start) = (start, start + starts[value]) }
            for key in keys.givingWay() {
                let value = Int(truncatingIfNeeded: key.bits >> shift) & 0xff
                next[starts[value]] = key
                starts[value] += 1
            }
            swap(&keys, &next)
        }
        return keys
    }
}

/// What a run reckons with of one customer, and what it finds: some 120 bytes.
struct TierEntry: Sendable {
    let customer: ID<Customer>
    private(set) var amount: Int64 = 0
    /// The part of the amount whose cost is not known.
    private(set) var amountWithoutCost: Int64 = 0
    /// What was given back, which is in the amount already.
    fileprivate(set) var refunded: Int64 = 0
    private(set) var expense: Int64 = 0
    /// Up to `close` that in the orders whose cost is known.
    private(set) var profit: Int64 = 0
    /// The positive profits down to this customer in rank.
    fileprivate(set) var cumulativeProfit: Int64 = 0
    private(set) var changedAt: Instant
    private(set) var orders: Int32 = 0
    fileprivate(set) var rank: Int32 = 0
    fileprivate(set) var tier = Tier.small
    fileprivate(set) var abc = ABCClass.c
    /// Up to `compare` that before the tier of the run before.
    private(set) var previousTier: Tier?
    /// The tier in the run before; nil if there was none.
    private var formerTier: Tier?
    /// Nil where nothing is known of what the customer buys in all.
    fileprivate(set) var attitude: AttitudeFinding?
    fileprivate(set) var isEarlyAdopter = false
    /// Nil before the first assessment.
    fileprivate(set) var stage: Customer.Stage?
    /// Whether the sums are whole, with the profit in the orders whose cost is not known.
    private(set) var isClosed = false

    fileprivate init(customer: ID<Customer>, changedAt: Instant) {
        self.customer = customer
        self.changedAt = changedAt
    }

    /// Where it stands once it is ranked.
    var place: TierPlace {
        TierPlace(
            position: TierPosition(
                customer: customer,
                tier: tier,
                previousTier: previousTier,
                changedAt: changedAt
            ),
            abc: abc,
            rank: Int(rank),
            cumulativeProfit: cumulativeProfit
        )
    }

    fileprivate mutating func take(_ sums: TierSums) {
        orders = Int32(clamping: sums.orders)
        amount = sums.amount
        amountWithoutCost = sums.amountWithoutCost
        refunded = sums.refunded
        expense = sums.expense
        profit = sums.profit
        isClosed = true
    }

    fileprivate mutating func add(_ purchases: TierPurchases) {
        orders = Int32(clamping: Int(orders) + purchases.orders)
        amount = amount.addingSaturated(purchases.amount)
        amountWithoutCost = amountWithoutCost.addingSaturated(purchases.amountWithoutCost)
        let known =
            Int128(purchases.amount) - Int128(purchases.amountWithoutCost)
            - Int128(purchases.cost)
        profit = Int64(clamping: Int128(profit) + known)
    }

    fileprivate mutating func spend(_ amount: Int64) {
        expense = amount
        profit = profit.subtractingSaturated(amount)
    }

    /// Adds the profit in the orders whose cost is not known.
    ///
    /// The margin applies to the sum of their totals, rounded once per customer.
    fileprivate mutating func close(margin: Share) {
        guard !isClosed else { return }
        profit = profit.addingSaturated(margin.part(of: amountWithoutCost))
        isClosed = true
    }

    fileprivate mutating func follow(_ previous: TierPosition) {
        formerTier = previous.tier
        previousTier = previous.previousTier
        changedAt = previous.changedAt
    }

    /// Finds whether the tier is another one since the run of this date.
    fileprivate mutating func compare(with asOf: Instant) {
        guard let formerTier, formerTier != tier else { return }
        previousTier = formerTier
        changedAt = asOf
    }
}

/// What a customer bought in a window, or less than nothing for what was given back.
struct TierPurchases {
    let customer: ID<Customer>
    var orders: Int
    let amount: Int64
    /// The sum of the costs that are known.
    let cost: Int64
    let amountWithoutCost: Int64

    fileprivate var negated: TierPurchases {
        TierPurchases(
            customer: customer,
            orders: -orders,
            amount: -amount,
            cost: -cost,
            amountWithoutCost: -amountWithoutCost
        )
    }

    fileprivate var withoutOrders: TierPurchases {
        var purchases = self
        purchases.orders = 0
        return purchases
    }
}

/// What an earlier run found of a customer by its orders, refunds and expenses alone.
struct TierSums {
    let position: TierPosition
    let orders: Int
    let amount: Int64
    let amountWithoutCost: Int64
    let refunded: Int64
    let expense: Int64
    let profit: Int64
}

/// Where a customer stands in a run.
struct TierPlace: Equatable {
    var position: TierPosition
    let abc: ABCClass
    let rank: Int
    let cumulativeProfit: Int64
}

/// The tier that a customer had in an earlier run.
struct TierPosition: Sendable, Equatable {
    let customer: ID<Customer>
    let tier: Tier
    var previousTier: Tier?
    var changedAt: Instant
}

extension Tier {
    fileprivate init(_ part: ParetoCut.Part) {
        switch part {
        case .head: self = .key
        case .middle: self = .ordinary
        case .tail: self = .small
        }
    }
}

extension ABCClass {
    fileprivate init(_ part: ParetoCut.Part) {
        switch part {
        case .head: self = .a
        case .middle: self = .b
        case .tail: self = .c
        }
    }
}
