// SPDX-License-Identifier: Apache-2.0

/// The customers of a run: what they bought, their ranks, tiers and classes (M18, M19).
///
/// Filled in passes, each by ascending customer id, with `rewind` before the next: `append` the
/// customers; `follow` the tiers they had before; `take` over what an earlier run found; of those of
/// whom nothing was taken over, `add` what they bought, and less than nothing for what was cancelled,
/// `refund` what they were given back, `spend` what they cost; then `rank` them. The result depends on
/// nothing else.
struct TierRanking: Sendable {
    let asOf: Instant
    let rules: TierRules
    /// By ascending customer id.
    private(set) var entries: [TierEntry] = []
    private(set) var outcome = TierOutcome()
    /// How far the pass at hand has come.
    private var place = 0

    init(asOf: Instant, rules: TierRules, reservingCapacity count: Int = 0) {
        self.asOf = asOf
        self.rules = rules
        entries.reserveCapacity(count)
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

    /// Adds what a customer was given back, which has the signs of refunds.
    mutating func refund(_ refunds: TierPurchases) {
        guard reachUnread(refunds.customer) else { return }
        entries[place].add(refunds)
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
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].customer < customer { low = middle + 1 } else { high = middle }
        }
        guard low < entries.count, entries[low].customer == customer else { return }
        entries[low].isEarlyAdopter = true
    }

    /// Begins another pass.
    mutating func rewind() {
        place = 0
    }

    /// Tells which tier a customer had in the run before, since when, and which one before.
    mutating func follow(_ previous: TierPosition) {
        guard reach(previous.customer) else { return }
        entries[place].follow(previous)
    }

    private mutating func reachUnread(_ customer: ID<Customer>) -> Bool {
        reach(customer) && !entries[place].isClosed
    }

    /// Goes on to the customer's entry, if there is one.
    private mutating func reach(_ customer: ID<Customer>) -> Bool {
        while place < entries.count, entries[place].customer < customer { place += 1 }
        return place < entries.count && entries[place].customer == customer
    }
}

extension TierRanking {
    /// Ranks by profit and cuts into tiers and classes.
    mutating func rank() {
        rewind()
        for index in entries.indices { entries[index].close(margin: rules.margin) }
        var cut = ParetoCut(of: sum(\.profit), head: rules.keyShare, middle: rules.ordinaryShare)
        for (rank, index) in descending(\.profit).enumerated() {
            let profit = entries[index].profit
            let tier = Tier(cut.next(profit))
            entries[index].tier = tier
            entries[index].rank = Int32(clamping: rank + 1)
            entries[index].cumulativeProfit = Int64(clamping: cut.sum)
            entries[index].compare(with: asOf)
            outcome.add(Money(rawValue: profit), to: tier)
        }
        classify()
    }

    private mutating func classify() {
        var cut = ParetoCut(of: sum(\.amount), head: rules.aShare, middle: rules.bShare)
        for index in descending(\.amount) {
            entries[index].abc = ABCClass(cut.next(entries[index].amount))
        }
    }

    /// The places of the entries by descending value, ties by ascending id.
    private func descending(_ value: (TierEntry) -> Int64) -> some Sequence<Int> {
        // Values beside places: with places alone each comparison would fetch two entries.
        var keys = entries.enumerated().map { (value: value($1), place: Int32(clamping: $0)) }
        keys.sort { ($1.value, $0.place) < ($0.value, $1.place) }
        return keys.lazy.map { Int($0.place) }
    }

    private func sum(_ value: (TierEntry) -> Int64) -> Int128 {
        entries.reduce(0) { $0 + Int128(max(value($1), 0)) }
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

/// What a customer bought in a window, or less than nothing for what was taken back.
struct TierPurchases {
    let customer: ID<Customer>
    let orders: Int
    let amount: Int64
    /// The sum of the costs that are known.
    let cost: Int64
    let amountWithoutCost: Int64
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

/// The tier that a customer had in an earlier run.
struct TierPosition {
    let customer: ID<Customer>
    let tier: Tier
    let previousTier: Tier?
    let changedAt: Instant
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
