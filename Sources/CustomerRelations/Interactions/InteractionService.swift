// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// The interaction log (M47): contacts with customers, in both directions.
package struct InteractionService: Sendable {
    /// How changes are written down.
    package struct Descriptions: Sendable {
        let interaction: Describe<Interaction>
        let record: Describe<InteractionRecord>

        package init(
            interaction: @escaping Describe<Interaction>,
            record: @escaping Describe<InteractionRecord>
        ) {
            self.interaction = interaction
            self.record = record
        }
    }

    private let store = InteractionStore()
    private let threads = SingleThreadStore()
    private let tokens = TokenStore()
    private let customers: CustomerService
    private let complaints: ComplaintService
    private let promises: PromiseService
    private let journal: Journal
    private let descriptions: Descriptions

    package init(
        customers: CustomerService,
        complaints: ComplaintService,
        promises: PromiseService,
        journal: Journal,
        descriptions: Descriptions
    ) {
        self.customers = customers
        self.complaints = complaints
        self.promises = promises
        self.journal = journal
        self.descriptions = descriptions
    }

    package func find(_ id: ID<Interaction>, in snapshot: Snapshot) throws -> Interaction {
        guard let interaction = try store.find(id, in: snapshot) else {
            throw ServiceError.notFound
        }
        return interaction
    }

    package func list(
        _ filter: InteractionFilter,
        _ request: PageRequest<InteractionSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Interaction> {
        try store.page(filter, request, in: snapshot)
    }

    /// How many promises the richest interaction holds, by their name.
    package func places(in snapshot: Snapshot) throws -> [String: Int] {
        try store.places(in: snapshot)
    }

    /// Records an interaction; whoever does so by an own token took part, unless others are named.
    package func record(
        _ new: NewInteraction,
        from token: ID<Token>? = nil,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Interaction {
        if let externalID = new.details.externalID,
            let other = try store.id(externalID: externalID, in: transaction)
        {
            throw ServiceError.duplicate(Subject(.interaction, other))
        }
        var refusals = new.details.refusals(at: occasion.at) + new.latePromises
        let customer = try refusals.collect {
            try resolve(new.customer, by: occasion, in: transaction)
        }
        refusals += try self.refusals(of: new.record, for: customer, in: transaction)
        guard let customer, refusals.isEmpty else { throw ServiceError.refused(refusals) }
        var new = new
        if new.people.staffIDs.isEmpty, let token {
            new.people.staffIDs = try tokens.staff(of: token, in: transaction).map { [$0] } ?? []
        }
        let id = try insert(new, of: customer, by: occasion, in: transaction)
        let interaction = try find(id, in: transaction)
        try journal.append(
            "interaction.recorded",
            Subject(.interaction, id),
            changes: descriptions.interaction(nil, interaction),
            by: occasion,
            in: transaction
        )
        return interaction
    }

    /// Writes an interaction with all that hangs on it.
    func insert(
        _ new: NewInteraction,
        of customer: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ID<Interaction> {
        let id = try store.insert(new, customer: customer, at: occasion.at, in: transaction)
        guard let id else { throw ServiceError.notFound }
        if !new.people.isEmpty { try threads.touch(customer, at: occasion.at, in: transaction) }
        try promises.give(
            new.promises,
            at: new.details.occurredAt,
            in: id,
            to: customer,
            by: occasion,
            in: transaction
        )
        try complaints.link(
            InteractionLink(id, new.details, isLinked: true),
            to: new.details.complaintID,
            by: occasion,
            in: transaction
        )
        return id
    }

    /// Corrects what is recorded of an interaction, which keeps what it said before.
    package func correct(
        _ interaction: Interaction,
        to record: InteractionRecord,
        because reason: String,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Interaction {
        var record = record
        record.details.externalID = interaction.details.externalID
        guard record != interaction.record else {
            throw ServiceError.refused("/changes", "must change something")
        }
        let occurredAt = record.details.occurredAt
        var refusals = record.details.refusals(at: occasion.at, below: "/changes")
        if occurredAt > interaction.details.occurredAt,
            interaction.promises.contains(where: { $0.dueAt < occurredAt })
        {
            refusals.append(
                .init("/changes/occurredAt", "must not lie after what was promised is due")
            )
        }
        refusals += try self.refusals(
            of: record,
            besides: store.everNamed(in: interaction, in: transaction),
            below: "/changes",
            for: interaction.customerID,
            in: transaction
        )
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
        try update(
            interaction,
            to: record,
            of: interaction.customerID,
            by: occasion,
            in: transaction
        )
        let correction = InteractionCorrection(
            at: occasion.at,
            actor: occasion.actor,
            reason: reason,
            original: descriptions.record(record, interaction.record)
        )
        try store.append(correction, to: interaction.id, in: transaction)
        let corrected = try find(interaction.id, in: transaction)
        try journal.append(
            "interaction.corrected",
            Subject(.interaction, interaction.id),
            changes: descriptions.interaction(interaction, corrected),
            by: occasion,
            in: transaction
        )
        return corrected
    }

    /// Writes down what an interaction was, and tells the complaints that it is about, or is not
    /// about any more.
    func update(
        _ old: Interaction,
        to record: InteractionRecord,
        of customer: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let details = record.details
        try store.update(
            old.id,
            to: details,
            customer: customer,
            at: occasion.at,
            in: transaction
        )
        if record.people != old.people {
            try store.replace(peopleOf: old.id, by: record.people, in: transaction)
        }
        for customer in Set([old.customerID, customer]) {
            try threads.touch(customer, at: occasion.at, in: transaction)
        }
        if details.occurredAt != old.details.occurredAt {
            try promises.move(old.id, to: details.occurredAt, in: transaction)
        }
        guard details.complaintID != old.details.complaintID else { return }
        for (details, isLinked) in [(old.details, false), (details, true)] {
            try complaints.link(
                InteractionLink(old.id, details, isLinked: isLinked),
                to: details.complaintID,
                by: occasion,
                in: transaction
            )
        }
    }

    /// What is wrong with whom and what an interaction with a customer names besides those whom it
    /// names or named already; little can be told of one with nobody.
    func refusals(
        of record: InteractionRecord,
        besides known: InteractionPeople = InteractionPeople(),
        below place: String = "",
        for customer: ID<Customer>?,
        in snapshot: Snapshot
    ) throws -> [ServiceError.Refusal] {
        var refusals = try record.people.refusals(
            besides: known,
            below: place,
            for: customer,
            in: snapshot
        )
        guard let customer else { return refusals }
        try refusals.collect {
            try complaints.demand(
                record.details.complaintID,
                of: customer,
                place + "/complaintId",
                in: snapshot
            )
        }
        return refusals
    }

    private func resolve(
        _ name: CustomerName,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ID<Customer> {
        try customers.resolve(
            name,
            // Only calls name their customers by numbers.
            makingProspectFrom: CustomerSource(channel: .callCenter, detail: "call"),
            by: occasion,
            in: transaction
        )
    }
}

extension InteractionPeople {
    /// Who is not there, or is named twice; who is known to it may have left since.
    fileprivate func refusals(
        besides known: InteractionPeople,
        below place: String,
        for customer: ID<Customer>?,
        in snapshot: Snapshot
    ) throws -> [ServiceError.Refusal] {
        let (contacts, staff) = (place + "/contactIds", place + "/staffIds")
        var refusals =
            ServiceError.doubles(contactIDs, contacts) + ServiceError.doubles(staffIDs, staff)
        if let customer {
            for (place, id) in contactIDs.enumerated() where !known.contactIDs.contains(id) {
                guard try !ContactStore().isPresent(id, at: customer, in: snapshot) else {
                    continue
                }
                refusals.append(
                    .init("\(contacts)/\(place)", "the customer has no contact \(id.rawValue)")
                )
            }
        }
        for (place, id) in staffIDs.enumerated() where !known.staffIDs.contains(id) {
            let refusal = try StaffStore().refusal(of: id, "\(staff)/\(place)", in: snapshot)
            refusals += [refusal].compactMap { $0 }
        }
        return refusals
    }
}

extension NewInteraction {
    /// What is promised is due when it is given at the earliest; it may be overdue by the time it is
    /// recorded.
    fileprivate var latePromises: [ServiceError.Refusal] {
        promises.enumerated().filter { $0.element.dueAt < details.occurredAt }.map {
            .init("/promises/\($0.offset)/dueAt", "must not lie before occurredAt")
        }
    }
}

extension ServiceError {
    /// Those that are named twice in a list.
    static func doubles<Item: Equatable>(
        _ items: [Item],
        _ pointer: String
    ) -> [Refusal] {
        items.enumerated().filter { items[..<$0.offset].contains($0.element) }
            .map { Refusal("\(pointer)/\($0.offset)", "is given twice") }
    }
}

extension InteractionDetails {
    /// What happened cannot lie in the future.
    func refusals(at now: Instant, below place: String = "") -> [ServiceError.Refusal] {
        occurredAt > now ? [.init(place + "/occurredAt", "must not lie in the future")] : []
    }
}
