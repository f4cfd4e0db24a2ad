// SPDX-License-Identifier: Apache-2.0

/// A contact as it comes in from a file.
package struct NewContact: Sendable {
    package let customer: CustomerName
    package let details: ContactDetails
    /// The external id of whom the contact reports to.
    package let superior: String?

    package init(customer: CustomerName, details: ContactDetails, superior: String? = nil) {
        self.customer = customer
        self.details = details
        self.superior = superior
    }
}

extension NewContact: ImportedRecord {
    package static let importKind = Import.Kind.contacts

    package var owner: CustomerName? { customer }

    package var externalName: String? { details.externalID }

    /// Contacts without external id are told by customer, name and phone numbers.
    package var twin: ImportTwin? {
        guard details.externalID == nil else { return nil }
        return ImportTwin(content: NameWithPhones(details.name, details.phones).hashValue)
    }

    package func put(
        _ row: ImportRow<NewContact>,
        into work: inout ImportWork
    ) throws -> ImportVerdict {
        let store = ContactStore()
        guard let owner = try work.find(customer, known: row.customer) else {
            throw ServiceError.notFound
        }
        let transaction = work.transaction
        let content = NameWithPhones(details.name, details.phones)
        let named =
            if let externalID = details.externalID {
                try store.id(externalID: externalID, in: transaction)
            } else {
                try work.namedContacts.find(content, number: row.ordinal, at: owner) {
                    try store.named(of: owner, in: transaction)
                }
            }
        let known = try named.flatMap { try store.find($0, in: work.transaction) }
        if let known, known.customerID != owner {
            throw ServiceError.refused("/externalId", "is of another customer's contact")
        }
        let new = try details.filled(
            from: known?.details,
            reportingTo: superior(of: owner, in: work)
        )
        guard new != known?.details else { return .unchanged }
        guard known?.archivedAt == nil else {
            throw ServiceError.refused("/externalId", "is of a contact who has left")
        }
        try work.demandPresent(owner, as: customer)
        try work.rules.contacts.demand(new, insteadOf: known, at: owner, in: work.transaction)
        work.rewriteText(of: owner)
        guard let known else {
            let id = try store.insert(
                new,
                of: owner,
                at: work.occasion.at,
                in: work.transaction
            )
            guard let id else { throw ServiceError.notFound }
            if details.externalID == nil { work.namedContacts.add(id, content, at: owner) }
            return .created(id.rawValue)
        }
        try store.update(known.id, to: new, at: work.occasion.at, in: work.transaction)
        return .updated(known.id.rawValue)
    }

    /// Whom the row says that the contact reports to.
    private func superior(
        of owner: ID<Customer>,
        in work: ImportWork
    ) throws -> ID<Contact>? {
        guard let superior else { return details.reportsToID }
        guard let id = try ContactStore().id(externalID: superior, in: work.transaction) else {
            throw ServiceError.refused(
                "/reportsToExternalId",
                "there is no contact with the external id \(superior)"
            )
        }
        return id
    }
}

extension ContactDetails {
    /// These details, with what is recorded in place of what they leave out.
    fileprivate func filled(
        from old: ContactDetails?,
        reportingTo superior: ID<Contact>?
    ) -> ContactDetails {
        ContactDetails(
            name: name,
            title: title ?? old?.title,
            department: department ?? old?.department,
            reportsToID: superior ?? old?.reportsToID,
            buyingRole: buyingRole ?? old?.buyingRole,
            influence: influence ?? old?.influence,
            phones: phones.isEmpty ? old?.phones ?? [] : phones,
            emails: emails.isEmpty ? old?.emails ?? [] : emails,
            externalID: externalID
        )
    }
}
