// SPDX-License-Identifier: Apache-2.0

extension NewInteraction: ImportedRecord {
    package static let importKind = Import.Kind.interactions

    package var owner: CustomerName? { customer }

    package var externalName: String? { details.externalID }

    /// Interactions without external id are told by customer, time, direction, channel and summary.
    package var twin: ImportTwin? {
        guard details.externalID == nil else { return nil }
        return ImportTwin(
            at: details.occurredAt.rawValue,
            content: Self.content(details.direction, details.channel, details.summary)
        )
    }

    /// What tells one interaction from others of its customer and time.
    static func content(
        _ direction: Interaction.Direction,
        _ channel: Interaction.Channel,
        _ summary: String
    ) -> Int {
        var hasher = Hasher()
        hasher.combine(direction)
        hasher.combine(channel)
        hasher.combine(summary)
        return hasher.finalize()
    }

    /// People and promises of an interaction that is recorded already stay as they are.
    package func put(
        _ row: ImportRow<NewInteraction>,
        into work: inout ImportWork
    ) throws -> ImportVerdict {
        let store = InteractionStore()
        guard let owner = try work.find(customer, known: row.customer) else {
            throw ServiceError.notFound
        }
        if let externalID = details.externalID {
            if let known = try store.id(externalID: externalID, in: work.transaction),
                let old = try store.find(known, in: work.transaction)
            {
                return try change(old, of: owner, in: &work)
            }
        } else {
            let transaction = work.transaction
            let isKnown = try work.isKnown(twin, row.ordinal, of: owner) {
                try store.twins(of: owner, at: details.occurredAt, in: transaction)
            }
            guard !isKnown else { return .unchanged }
        }
        try demand(record, of: owner, in: &work)
        let id = try work.rules.interactions.insert(
            self,
            of: owner,
            by: work.occasion,
            in: work.transaction
        )
        return .created(id.rawValue)
    }

    private func change(
        _ old: Interaction,
        of owner: ID<Customer>,
        in work: inout ImportWork
    ) throws -> ImportVerdict {
        let new = InteractionDetails(
            direction: details.direction,
            content: details.content,
            channel: details.channel,
            occurredAt: details.occurredAt,
            durationSeconds: details.durationSeconds ?? old.details.durationSeconds,
            summary: details.summary,
            nextStep: details.nextStep ?? old.details.nextStep,
            complaintID: details.complaintID ?? old.details.complaintID,
            externalID: details.externalID
        )
        guard new != old.details || owner != old.customerID else { return .unchanged }
        try demand(InteractionRecord(details: new, people: people), of: owner, in: &work)
        try work.rules.interactions.update(
            old,
            to: InteractionRecord(details: new, people: old.people),
            of: owner,
            by: work.occasion,
            in: work.transaction
        )
        return .updated(old.id.rawValue)
    }

    /// Refuses what cannot be recorded of its customer.
    private func demand(
        _ record: InteractionRecord,
        of owner: ID<Customer>,
        in work: inout ImportWork
    ) throws {
        var refusals = record.details.refusals(at: work.occasion.at)
        try refusals.collect { try work.demandPresent(owner, as: customer) }
        refusals += try work.rules.interactions.refusals(
            of: record,
            for: owner,
            in: work.transaction
        )
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
    }
}
