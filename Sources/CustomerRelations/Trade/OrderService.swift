// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Orders: what customers bought, for how much, and what it cost us.
package struct OrderService: Sendable {
    private let store = OrderStore()
    private let sums = TradeSumStore()
    private let products = ProductStore()
    private let customers: CustomerService
    private let warnings: WarningService
    private let touched = WarningStore()
    private let journal: Journal
    private let describe: Describe<Order>

    package init(
        customers: CustomerService,
        warnings: WarningService,
        journal: Journal,
        describe: @escaping Describe<Order>
    ) {
        self.customers = customers
        self.warnings = warnings
        self.journal = journal
        self.describe = describe
    }

    package func find(_ id: ID<Order>, in snapshot: Snapshot) throws -> Order {
        guard let order = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return order
    }

    package func list(
        _ filter: OrderFilter,
        _ request: PageRequest<OrderSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Order> {
        try store.page(filter, request, in: snapshot)
    }

    /// How many lines the longest order has, by their name.
    package func places(in snapshot: Snapshot) throws -> [String: Int] {
        try store.places(in: snapshot)
    }

    package func record(
        _ new: NewOrder,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Order {
        let details = try details(of: new, at: occasion.at)
        if let externalID = new.externalID,
            let other = try store.id(externalID: externalID, in: transaction)
        {
            throw ServiceError.duplicate(Subject(.order, other))
        }
        let customer = try customers.resolve(
            new.customer.get(),
            makingProspectFrom: CustomerSource(channel: .other, detail: "order"),
            by: occasion,
            in: transaction
        )
        let costs = try costs(of: details.lines, in: transaction)
        let more = TradeSums(of: details, cost: costs.sum)
        try sums.find(customer, in: transaction).demandRoom(for: more, of: customer, at: "/total")
        let isOnCredit = details.terms == .credit && details.paidAt == nil
        if isOnCredit { try warnings.demandCredit(of: customer, in: transaction) }
        let id = try store.insert(
            details,
            costs: costs,
            customer: customer,
            at: occasion.at,
            in: transaction
        )
        guard let id else { throw ServiceError.notFound }
        try sums.add(more, to: customer, in: transaction)
        let order = try find(id, in: transaction)
        try journal.append(
            "order.recorded",
            Subject(.order, id),
            changes: describe(nil, order),
            by: occasion,
            in: transaction
        )
        if isOnCredit { try warnings.checkCredit(of: customer, by: occasion, in: transaction) }
        try warnings.countPurchases(with: order, by: occasion, in: transaction)
        try touched.touch(customer, in: transaction)
        return order
    }

    /// Has what people are to do about an order follow it to another customer.
    func moveTasks(
        about order: ID<Order>,
        to customer: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try warnings.move(order, to: customer, by: occasion, in: transaction)
    }

    /// What an order amounts to: its total, or the sum of its lines, which must agree.
    ///
    /// All that is wrong with it is told at once, under the name of what weighs most.
    func details(of new: NewOrder, at now: Instant) throws -> OrderDetails {
        let unnamed = new.customer.refusals
        let isNegative = new.total.map { $0 < .zero } ?? false
        let prices = new.lines.enumerated().filter { $1.unitPrice < .zero }.map {
            ServiceError.Refusal("/lines/\($0.offset)/unitPrice", "must not be negative")
        }
        var refusals = unnamed.all
        if isNegative { refusals.append(ServiceError.Refusal("/total", "must not be negative")) }
        refusals += prices
        if new.placedAt > now {
            refusals.append(ServiceError.Refusal("/placedAt", "must not lie in the future"))
        }
        if let paidAt = new.paidAt, paidAt > now {
            refusals.append(ServiceError.Refusal("/paidAt", "must not lie in the future"))
        }
        if let dueAt = new.dueAt, dueAt < new.placedAt {
            refusals.append(ServiceError.Refusal("/dueAt", "must not lie before placedAt"))
        }
        let lines = Self.refusals(of: new.lines)
        refusals += lines
        let sum = Self.sum(of: new.lines)
        if new.total == nil, new.lines.isEmpty {
            refusals.append(ServiceError.Refusal("/total", "is required where there are no lines"))
        } else if isNegative || !prices.isEmpty || !lines.isEmpty {
            // They say what is wrong with the sum.
        } else if !new.lines.isEmpty, sum == nil {
            refusals.append(ServiceError.Refusal("/lines", "come to more than money can hold"))
        } else if let total = new.total, let sum, !new.lines.isEmpty, total != sum {
            refusals.append(
                ServiceError.Refusal("/total", "is not the sum of the lines, \(sum)")
            )
        }
        guard refusals.isEmpty else {
            if unnamed.isMissing { throw ServiceError.customerMissing(refusals) }
            if isNegative { throw ServiceError.negativeAmount(.order, refusals) }
            throw prices.isEmpty
                ? ServiceError.refused(refusals) : ServiceError.negativePrice(refusals)
        }
        return OrderDetails(
            externalID: new.externalID,
            placedAt: new.placedAt,
            total: new.total ?? sum ?? .zero,
            lines: new.lines,
            terms: new.terms,
            channel: new.channel,
            dueAt: new.dueAt,
            paidAt: new.paidAt
        )
    }

    /// The lines whose amount no money can hold, or is less than nothing, though their price is not.
    private static func refusals(of lines: [OrderLine]) -> [ServiceError.Refusal] {
        lines.enumerated().compactMap { place, line in
            guard line.unitPrice >= .zero else { return nil }
            guard let amount = line.amount, amount <= .limit else {
                return ServiceError.Refusal("/lines/\(place)", "comes to more than money can hold")
            }
            guard amount < .zero else { return nil }
            return ServiceError.Refusal(
                "/lines/\(place)/discount",
                "is more than the price of the line, \(amount + (line.discount ?? .zero))"
            )
        }
    }

    /// What each line cost us: by its own unit cost, else by its product's.
    ///
    /// Costs that money cannot hold are refused: left out, they would be taken for nothing.
    func costs(of lines: [OrderLine], in snapshot: Snapshot) throws -> OrderCosts {
        var refusals: [ServiceError.Refusal] = []
        let costs = try lines.enumerated().map { place, line -> Money? in
            let unitCost = try line.unitCost ?? products.unitCost(sku: line.sku, in: snapshot)
            guard let unitCost else { return nil }
            if let cost = unitCost.multiplying(by: line.quantity), cost <= .limit { return cost }
            refusals.append(
                ServiceError.Refusal("/lines/\(place)", "costs more than money can hold")
            )
            return nil
        }
        if refusals.isEmpty, OrderCosts.sum(of: costs) == nil {
            refusals.append(ServiceError.Refusal("/lines", "cost more than money can hold"))
        }
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
        return OrderCosts(costs)
    }

    static func sum(of lines: [OrderLine]) -> Money? {
        lines.reduce(Money?.some(.zero)) { sum, line in
            guard let sum, let amount = line.amount else { return nil }
            return sum.adding(amount)
        }
    }
}

/// What the lines of an order cost us, as far as that is known.
struct OrderCosts: Sendable {
    let lines: [Money?]
    /// Nil unless it is known of every line.
    let sum: Money?

    init(_ lines: [Money?]) {
        self.lines = lines
        sum = lines.isEmpty || lines.contains(nil) ? nil : Self.sum(of: lines)
    }

    /// The sum of the costs that are known; nil if money cannot hold it.
    fileprivate static func sum(of lines: [Money?]) -> Money? {
        lines.reduce(Money?.some(.zero)) { sum, cost in sum?.adding(cost ?? .zero) }
    }
}

extension Money {
    /// The sum, if money can hold it.
    fileprivate func adding(_ other: Money) -> Money? {
        let (sum, overflow) = rawValue.addingReportingOverflow(other.rawValue)
        guard !overflow, sum.magnitude <= Money.limit.rawValue.magnitude else { return nil }
        return Money(rawValue: sum)
    }
}
