// SPDX-License-Identifier: Apache-2.0
import CustomerRelations

/// Draws the orders of a customer over the two years.
struct Purchases {
    private let calendar: DemoCalendar
    private let assortment: Assortment

    init(_ calendar: DemoCalendar, _ assortment: Assortment) {
        self.calendar = calendar
        self.assortment = assortment
    }

    /// The orders in order of time.
    func make(for customer: DemoCustomer, _ random: inout SplitMix64) -> [DemoOrder] {
        let instants = instants(for: customer, &random)
        return instants.enumerated().map { place, instant in
            order(of: customer, place: place + 1, at: instant, &random)
        }
    }

    /// Purchases come at random, more of them in busy times, until the customer leaves.
    ///
    /// Drawn at the rate of the busiest day and then thinned out, by Lewis and Shedler, "Simulation
    /// of Nonhomogeneous Poisson Processes by Thinning", 1979.
    private func instants(
        for customer: DemoCustomer,
        _ random: inout SplitMix64
    ) -> [Instant] {
        let habits = customer.habits
        guard habits.ordersPerYear > 0 else { return [] }
        let busiest = habits.ordersPerYear / 365 / 0.5
        var instants: [Instant] = []
        var day = 0.0
        while true {
            day += random.exponential(mean: 1 / busiest)
            guard day < Double(calendar.days) else { break }
            let date = calendar.firstDay.adding(days: Int(day))
            let isBought = random.happens(calendar.bustle(on: date, isFirm: customer.isFirm))
            let instant = calendar.instant(&random, on: date, customer.isFirm ? .firm : .home)
            guard isBought, instant > customer.joinedAt else { continue }
            instants.append(instant)
            if random.happens(habits.leaving) { break }
        }
        return instants.sorted()
    }

    private func order(
        of customer: DemoCustomer,
        place: Int,
        at placedAt: Instant,
        _ random: inout SplitMix64
    ) -> DemoOrder {
        let chosen = products(for: customer, &random)
        var lines: [OrderLine] = []
        for product in chosen { lines.append(line(of: product, for: customer, &random)) }
        let total = lines.reduce(Money.zero) { sum, line in
            sum + (line.unitPrice.multiplying(by: line.quantity) ?? .zero)
        }
        // Tills and older shops tell the total only.
        let hasLines = random.happens(customer.isFirm ? 0.75 : 0.6)
        let credit = customer.habits.paysOnCredit && total.rawValue > 100_000
        let dueAt = placedAt.adding(milliseconds: 30 * Instant.millisecondsPerDay)
        let day = calendar.zone.day(of: placedAt).description.filter { $0 != "-" }
        return DemoOrder(
            customer: customer,
            externalID: "SO\(day)-\(customer.number.padded(to: 4))-\(place)",
            placedAt: placedAt,
            total: total,
            lines: hasLines ? lines : [],
            product: chosen[0],
            dueAt: credit ? dueAt : nil,
            paidAt: credit ? paid(dueAt, &random) : placedAt
        )
    }

    private func products(
        for customer: DemoCustomer,
        _ random: inout SplitMix64
    ) -> [ProductDetails] {
        var chosen: [ProductDetails] = []
        for _ in 0..<random.number(in: 1...(customer.isFirm ? 4 : 3)) {
            let isUsual = random.happens(0.8)
            let categories = isUsual ? customer.habits.categories : assortment.categories
            let product = assortment.draw(&random, of: random.pick(categories))
            if !chosen.contains(where: { $0.sku == product.sku }) { chosen.append(product) }
        }
        return chosen
    }

    private func line(
        of product: ProductDetails,
        for customer: DemoCustomer,
        _ random: inout SplitMix64
    ) -> OrderLine {
        let price = Double(product.unitPrice?.rawValue ?? 0) / 100
        let cost = Double(product.unitCost?.rawValue ?? 0) / 100
        // Of dear things one buys fewer.
        let usual = (customer.isFirm ? 6 : 1.6) * customer.habits.size * min(1, 60 / price + 0.25)
        let quantity = max(1, Int(random.logNormal(median: usual, spread: 0.5).rounded()))
        let batch = cost * random.number(in: 0.96...1.05)
        return OrderLine(
            sku: product.sku,
            quantity: quantity,
            unitPrice: Money(yuan: price * (1 - customer.habits.discount)),
            unitCost: random.happens(0.5) ? Money(yuan: batch) : nil
        )
    }

    /// Most pay about when it is due, some late, a few not at all.
    private func paid(_ dueAt: Instant, _ random: inout SplitMix64) -> Instant? {
        guard !random.happens(0.015) else { return nil }
        let days = random.happens(0.15) ? random.number(in: 3...45) : random.number(in: -12...2)
        return calendar.deskInstant(&random, days: days, after: dueAt)
    }
}

/// An order of the demo.
struct DemoOrder: Sendable {
    let customer: DemoCustomer
    let externalID: String
    let placedAt: Instant
    let total: Money
    let lines: [OrderLine]
    /// What interactions and complaints about it are about.
    let product: ProductDetails
    let dueAt: Instant?
    let paidAt: Instant?

    /// The order as it is known at an instant.
    func record(knownAt now: Instant) -> NewOrder {
        record(dueAt: dueAt, paidAt: paidAt.flatMap { $0 <= now ? $0 : nil })
    }

    /// The order, paid when it was placed.
    var prepaid: NewOrder { record(dueAt: nil, paidAt: placedAt) }

    private func record(dueAt: Instant?, paidAt: Instant?) -> NewOrder {
        NewOrder(
            customer: .success(customer.name),
            externalID: externalID,
            placedAt: placedAt,
            total: total,
            lines: lines,
            terms: dueAt == nil ? .prepaid : .credit,
            dueAt: dueAt,
            paidAt: paidAt
        )
    }
}
