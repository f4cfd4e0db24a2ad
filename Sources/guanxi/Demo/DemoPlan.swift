// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations

/// Everything that happens in a demo base, in order of time.
///
/// It follows from the seed, the number of customers and the day: what happens later on that day
/// than now is only left out.
package struct DemoPlan: Sendable {
    /// Something that is recorded.
    enum Step: Sendable {
        case customer(DemoCustomer, lifecycle: Customer.Lifecycle)
        case lifecycle(DemoCustomer, Customer.Lifecycle)
        case order(DemoOrder)
        case people(DemoCustomer)
        case interaction(DemoInteraction, number: Int)
        /// What an interaction left to do is done.
        case followUp(number: Int)
        case verdict(DemoInteraction.Verdict, number: Int)
        case complaint(DemoComplaint, externalID: String)
        case reply(DemoComplaint, externalID: String)
    }

    struct Entry: Sendable {
        let at: Instant
        let step: Step
    }

    /// The default seed.
    package static let seed: UInt64 = 92

    let now: Instant
    let calendar: DemoCalendar
    let assortment = Assortment()
    let staff: DemoStaff
    private(set) var entries: [Entry] = []

    package init(seed: UInt64 = Self.seed, customers count: Int, now: Instant) {
        self.now = now
        calendar = DemoCalendar(now: now)
        staff = DemoStaff(seed: seed)
        var makers = Customers(seed: seed, calendar, assortment)
        let purchases = Purchases(calendar, assortment)
        let contacts = Contacts(calendar)
        var allOrders: [DemoOrder] = []
        for number in 1...count {
            let customer = makers.make(number)
            var random = SplitMix64(seed: seed, stream: number + Self.streams)
            let orders = purchases.make(for: customer, &random)
            let interactions = contacts.make(for: customer, orders: orders, &random)
            add(customer, Lifecycles(&random, orders: orders))
            for order in orders { add(.order(order), at: order.placedAt) }
            for interaction in interactions { add(interaction) }
            allOrders += orders
        }
        var random = SplitMix64(seed: seed, stream: 0)
        let complaints = Complaints(calendar).make(about: allOrders, &random)
        for (place, complaint) in complaints.enumerated() { add(complaint, number: place + 1) }
        // Swift's sort is stable, so that what happens at one instant keeps its order.
        entries = entries.filter { $0.at <= now }.sorted { $0.at < $1.at }
    }

    /// Streams of the generator: the customers' own from 1, their doings from here on.
    private static let streams = 1 << 32
}

// MARK: - Entries

extension DemoPlan {
    private mutating func add(_ step: Step, at instant: Instant) {
        entries.append(Entry(at: instant, step: step))
    }

    private mutating func add(_ customer: DemoCustomer, _ lifecycles: Lifecycles) {
        // At the move the last state counted, not how it came about.
        let recordedAt = max(customer.joinedAt, calendar.movedInAt)
        let state = lifecycles.state(at: recordedAt)
        add(.customer(customer, lifecycle: state), at: customer.joinedAt)
        if !customer.people.isEmpty { add(.people(customer), at: customer.joinedAt) }
        for change in lifecycles.changes where change.at > recordedAt {
            add(.lifecycle(customer, change.to), at: change.at)
        }
    }

    private mutating func add(_ interaction: DemoInteraction) {
        let number = entries.count
        let details = interaction.record.details
        add(.interaction(interaction, number: number), at: details.occurredAt)
        // A third is left undone.
        if details.nextStep != nil, details.occurredAt > calendar.movedInAt,
            !number.isMultiple(of: 3)
        {
            let at = details.occurredAt.adding(milliseconds: 2 * Instant.millisecondsPerDay)
            add(.followUp(number: number), at: at)
        }
        guard let verdict = interaction.verdict else { return }
        add(.verdict(verdict, number: number), at: verdict.at)
    }

    private mutating func add(_ complaint: DemoComplaint, number: Int) {
        let externalID = "CC-\(number.padded(to: 5))"
        add(.complaint(complaint, externalID: externalID), at: complaint.receivedAt)
        guard let answeredAt = complaint.answeredAt, answeredAt > calendar.movedInAt else { return }
        add(.reply(complaint, externalID: externalID), at: answeredAt)
    }
}
