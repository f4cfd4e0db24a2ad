// SPDX-License-Identifier: Apache-2.0
import CustomerRelations

/// A contact with a customer, and what becomes of what was promised in it.
struct DemoInteraction: Sendable {
    /// What becomes of a promise (M50), and when.
    struct Verdict: Sendable {
        let isKept: Bool
        let at: Instant
    }

    let record: NewInteraction
    /// The number of the customer, and the place of the person there who was spoken to.
    let customer: Int
    let person: Int?
    let verdict: Verdict?

    /// What is recorded, once the people at the customer have identifiers.
    func record(with people: [ID<Contact>]) -> NewInteraction {
        guard let person else { return record }
        var record = record
        record.people = InteractionPeople(
            contactIDs: [people[person]],
            staffIDs: record.people.staffIDs
        )
        return record
    }

    /// Of the time before the move only what is still to be done came along.
    func moved(at instant: Instant) -> DemoInteraction {
        guard let due = record.promises.first?.dueAt, due <= instant else { return self }
        return DemoInteraction(
            record: NewInteraction(
                customer: record.customer,
                details: record.details,
                people: record.people
            ),
            customer: customer,
            person: person,
            verdict: nil
        )
    }
}
