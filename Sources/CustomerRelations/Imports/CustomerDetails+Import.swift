// SPDX-License-Identifier: Apache-2.0

extension CustomerDetails: ImportedRecord {
    package static let importKind = Import.Kind.customers

    package var owner: CustomerName? { nil }

    package var externalName: String? { externalID }

    /// Customers without external id are told by their name and their phone numbers.
    package var twin: ImportTwin? {
        guard externalID == nil else { return nil }
        return ImportTwin(content: nameWithPhones.hashValue)
    }

    private var nameWithPhones: NameWithPhones { NameWithPhones(name, phones) }

    package func put(
        _ row: ImportRow<CustomerDetails>,
        into work: inout ImportWork
    ) throws -> ImportVerdict {
        let store = CustomerStore()
        let transaction = work.transaction
        let (content, place) = (nameWithPhones, nameWithPhones.place)
        let holder =
            if let externalID {
                try store.holder(of: externalID, in: transaction)
            } else {
                try work.namedCustomers.find(content, number: row.ordinal, at: place) {
                    try store.named(at: place, in: transaction)
                }
            }
        let known = try MergeStore().kept(of: holder, in: work.transaction)
        guard let known, let old = try store.find(known, in: work.transaction) else {
            let id = try store.insert(self, at: work.occasion.at, in: work.transaction)
            guard let id else { throw ServiceError.notFound }
            if externalID == nil { work.namedCustomers.add(id, content, at: place) }
            return .created(id.rawValue)
        }
        var new =
            known == holder
            ? filled(from: old.details, given: row.given) : try added(to: old.details)
        new.keep(try work.valuesBrought(to: known), of: old.details)
        guard new != old.details else { return .unchanged }
        guard old.archivedAt == nil else {
            throw ServiceError.notAllowedNow("the customer is archived", allowed: [])
        }
        try old.details.lifecycle.demand(canBecome: new.lifecycle)
        if new.role != old.details.role {
            try ChainRules().demand(new.role, for: known, in: work.transaction)
        }
        try store.update(known, to: new, at: work.occasion.at, in: work.transaction)
        if known != holder {
            // Who took over another one may be given its numbers.
            work.namedCustomers.forget(old.details.nameWithPhones.place)
            work.namedCustomers.forget(new.nameWithPhones.place)
        }
        if new.lifecycle != old.details.lifecycle {
            try LifecycleStore().insert(
                new.lifecycle,
                after: old.details.lifecycle,
                of: known,
                because: nil,
                by: work.occasion,
                in: work.transaction
            )
        }
        if new.kind != old.details.kind {
            try SingleThreadStore().watch(known, at: work.occasion.at, in: work.transaction)
        }
        return .updated(known.rawValue)
    }

    /// What is recorded of the customer that this one has become part of, with what it lacks.
    ///
    /// Both may be told of, by a file or by two systems: the one that is kept says what both have.
    package func added(to kept: CustomerDetails) throws -> CustomerDetails {
        var details = kept
        var other = self
        other.externalID = nil
        other.profile = kept.profile == nil ? other.profile : nil
        _ = details.adopt(other) { first, _ in first }
        if case .tooLarge(_, let what, let count, let limit)? = details.excess(ID(rawValue: 0)) {
            throw ServiceError.refused(
                "/\(what)",
                "would come to \(count) with those that are recorded, of at most \(limit)"
            )
        }
        return details
    }

    /// These details, with what is recorded in place of what they leave out.
    private func filled(from old: CustomerDetails, given: ImportedMembers) -> CustomerDetails {
        CustomerDetails(
            kind: kind,
            role: given.contains(.role) ? role : old.role,
            name: name,
            externalID: externalID,
            phones: phones.isEmpty ? old.phones : phones,
            emails: emails.isEmpty ? old.emails : emails,
            source: source ?? old.source,
            lifecycle: given.contains(.lifecycle) ? lifecycle : old.lifecycle,
            ownerID: ownerID ?? old.ownerID,
            tags: tags.isEmpty ? old.tags : tags,
            timeZone: timeZone ?? old.timeZone,
            creditLimit: creditLimit ?? old.creditLimit,
            profile: profile ?? old.profile
        )
    }
}
