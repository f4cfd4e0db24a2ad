// SPDX-License-Identifier: Apache-2.0
import CustomerRelations

/// Draws the contacts with a customer: around its orders, and now and then in between (M47).
struct Contacts {
    private let calendar: DemoCalendar

    init(_ calendar: DemoCalendar) {
        self.calendar = calendar
    }

    func make(
        for customer: DemoCustomer,
        orders: [DemoOrder],
        _ random: inout SplitMix64
    ) -> [DemoInteraction] {
        var contacts: [DemoInteraction] = []
        for order in orders {
            if random.happens(0.2) {
                let days = -random.number(in: 0...5)
                contacts.append(contact(.before, customer, order, days: days, &random))
            }
            if random.happens(0.28) {
                let days = random.number(in: 2...12)
                contacts.append(contact(.after, customer, order, days: days, &random))
            }
        }
        for _ in 0..<random.poisson(mean: customer.isFirm ? 2.2 : 0.9) {
            contacts.append(contact(.between, customer, nil, days: 0, &random))
        }
        return contacts.filter { $0.record.details.occurredAt > customer.joinedAt }
            .map { $0.moved(at: calendar.movedInAt) }
    }

    private func contact(
        _ occasion: ContactText.Occasion,
        _ customer: DemoCustomer,
        _ order: DemoOrder?,
        days: Int,
        _ random: inout SplitMix64
    ) -> DemoInteraction {
        let text = ContactText.draw(&random, occasion, of: customer, about: order?.product)
        let anyDay = calendar.instant(day: random.fraction() * Double(calendar.days))
        let start = order?.placedAt ?? anyDay
        let day = calendar.zone.day(of: start).adding(days: days)
        let isOurs = text.direction == .outbound
        let at =
            isOurs
            ? calendar.deskInstant(&random, days: days, after: start)
            : calendar.instant(&random, on: day, customer.isFirm ? .firm : .home)
        let channel = random.pick(text.channels)
        let isSpoken = [.phone, .callCenter, .visit, .staff].contains(channel)
        let minutes = random.logNormal(median: channel == .visit ? 40 : 4, spread: 0.6)
        let promise = text.promise.map { promise in
            NewPromise(
                kind: text.kind,
                text: promise.filled(customer.polite, order?.product.name),
                dueAt: calendar.deskInstant(&random, days: random.number(in: 1...3), after: at)
            )
        }
        let record = NewInteraction(
            customer: customer.name,
            details: InteractionDetails(
                direction: text.direction,
                content: text.content,
                channel: channel,
                occurredAt: at,
                durationSeconds: isSpoken ? Int(minutes * 60) : nil,
                summary: text.summary.filled(customer.polite, order?.product.name),
                nextStep: text.nextStep
            ),
            people: InteractionPeople(staffIDs: [customer.details.ownerID].compactMap { $0 }),
            promises: [promise].compactMap { $0 }
        )
        return DemoInteraction(
            record: record,
            customer: customer.number,
            person: customer.people.isEmpty
                ? nil : random.number(in: 0...customer.people.count - 1),
            verdict: promise.flatMap { verdict(on: $0, madeAt: at, &random) }
        )
    }

    /// Most promises are kept in time, some late, few broken, and some are forgotten.
    private func verdict(
        on promise: NewPromise,
        madeAt start: Instant,
        _ random: inout SplitMix64
    ) -> DemoInteraction.Verdict? {
        let (chance, part) = (random.fraction(), random.fraction())
        let room = Double(promise.dueAt.milliseconds(since: start))
        return switch chance {
        case ..<0.7:
            DemoInteraction.Verdict(
                isKept: true,
                at: start.adding(milliseconds: Int64(room * (0.2 + 0.8 * part)))
            )
        case ..<0.84:
            DemoInteraction.Verdict(
                isKept: true,
                at: promise.dueAt.adding(milliseconds: Int64(room * part) + 1)
            )
        case ..<0.94: DemoInteraction.Verdict(isKept: false, at: promise.dueAt)
        default: nil
        }
    }
}
