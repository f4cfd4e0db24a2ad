// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Contacts that are to be made, none of them in quiet hours without a reason (M49).
package struct PlannedContactService: Sendable {
    private let store = PlannedContactStore()
    private let interactions = InteractionStore()
    private let staff = StaffStore()
    private let tokens = TokenStore()
    private let customers: CustomerService
    private let advice: ContactAdviceService
    private let approvals: ApprovalService
    private let journal: Journal
    private let describe: Describe<PlannedContact>

    package init(
        customers: CustomerService,
        advice: ContactAdviceService,
        approvals: ApprovalService,
        journal: Journal,
        describe: @escaping Describe<PlannedContact>
    ) {
        self.customers = customers
        self.advice = advice
        self.approvals = approvals
        self.journal = journal
        self.describe = describe
    }

    package func find(_ id: ID<PlannedContact>, in snapshot: Snapshot) throws -> PlannedContact {
        guard let contact = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return contact
    }

    package func list(
        _ filter: PlannedContactFilter,
        _ request: PageRequest<PlannedContactSorting>,
        in snapshot: Snapshot
    ) throws -> Page<PlannedContact> {
        try store.page(filter, request, in: snapshot)
    }

    /// Plans a contact; whoever does so by an own token is to make it, unless another is named.
    package func plan(
        _ new: NewPlannedContact,
        from token: ID<Token>?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> PlannedContact {
        let customer = try customers.find(
            customers.demand(new.customerID, in: transaction),
            in: transaction
        )
        guard new.plannedAt >= occasion.at else {
            throw ServiceError.refused("/plannedAt", "must not lie in the past")
        }
        try staff.demand(new.staffID, "/staffId", in: transaction)
        let overridden = try override(
            new,
            customer,
            from: token,
            by: occasion,
            in: transaction
        )
        var new = new
        new.customerID = customer.id
        if new.staffID == nil, let token {
            new.staffID = try tokens.staff(of: token, in: transaction)
        }
        let contact = try store.insert(
            new,
            overridden: overridden,
            at: occasion.at,
            in: transaction
        )
        guard let contact else { throw ServiceError.notFound }
        try record("planned", nil, contact, by: occasion, in: transaction)
        return contact
    }

    /// Refuses a contact in quiet hours, unless it says why it is to be made all the same and whoever
    /// plans it may say so.
    private func override(
        _ new: NewPlannedContact,
        _ customer: Customer,
        from token: ID<Token>?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> QuietHoursOverride? {
        guard new.channel.disturbs,
            let quiet = try advice.quiet(customer, at: new.plannedAt, in: transaction)
        else { return nil }
        guard let reason = new.overrideReason else {
            throw ServiceError.quietHours(
                rule: quiet.rule.name,
                nextAllowedAt: quiet.nextAllowedAt
            )
        }
        try approvals.demand(
            AuthorityRequest(
                kind: .quietHours,
                customerID: customer.id,
                complaintID: nil,
                amount: nil
            ),
            actingFirst: new.actFirst?.reason,
            from: token,
            by: occasion,
            in: transaction
        )
        return QuietHoursOverride(rule: quiet.rule.name, reason: reason)
    }

    /// Plans a contact otherwise: for another time or way, which must not disturb either.
    ///
    /// An override is for the time it was given for: another one needs its own, given now.
    package func change(
        _ contact: PlannedContact,
        to details: PlannedContactDetails,
        overriding isOverridden: Bool,
        from token: ID<Token>?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> PlannedContact {
        let old = contact.details
        guard details != old else { return contact }
        try demandOpen(contact)
        try customers.demandPresent(contact.customerID, in: transaction)
        if details.plannedAt != old.plannedAt, details.plannedAt < occasion.at {
            throw ServiceError.refused("/plannedAt", "must not lie in the past")
        }
        if details.staffID != old.staffID {
            try staff.demand(details.staffID, "/staffId", in: transaction)
        }
        var overridden = contact.overridden
        if (details.channel, details.plannedAt) != (old.channel, old.plannedAt)
            || details.overrideReason != old.overrideReason
        {
            var new = NewPlannedContact(details, with: contact.customerID)
            if details.plannedAt != old.plannedAt, !isOverridden { new.overrideReason = nil }
            overridden = try override(
                new,
                customers.find(contact.customerID, in: transaction),
                from: token,
                by: occasion,
                in: transaction
            )
        }
        try store.update(
            contact.id,
            to: details,
            overridden: overridden,
            at: occasion.at,
            in: transaction
        )
        return try changed(contact, "changed", by: occasion, in: transaction)
    }

    /// Notes that a contact was made, and by which interaction.
    package func settle(
        _ contact: PlannedContact,
        by interaction: ID<Interaction>?,
        _ occasion: Occasion,
        in transaction: Transaction
    ) throws -> PlannedContact {
        try demandOpen(contact)
        if let interaction,
            try interactions.find(interaction, in: transaction)?.customerID != contact.customerID
        {
            throw ServiceError.refused(
                "/interactionId",
                "the customer has no interaction \(interaction.rawValue)"
            )
        }
        try store.settle(
            contact.id,
            as: .done,
            interaction: interaction,
            reason: nil,
            at: occasion.at,
            in: transaction
        )
        return try changed(contact, "done", by: occasion, in: transaction)
    }

    package func cancel(
        _ contact: PlannedContact,
        because reason: String,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> PlannedContact {
        try demandOpen(contact)
        try store.settle(
            contact.id,
            as: .cancelled,
            interaction: nil,
            reason: reason,
            at: occasion.at,
            in: transaction
        )
        return try changed(contact, "cancelled", by: occasion, in: transaction)
    }

    /// Gives what a person has yet to make to another; tells how many contacts those were.
    func handOver(
        from old: ID<StaffMember>,
        to new: ID<StaffMember>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Int {
        let open = try store.open(of: old, in: transaction)
        for contact in open {
            try store.assign(contact.id, to: new, at: occasion.at, in: transaction)
            _ = try changed(contact, "assigned", by: occasion, in: transaction)
        }
        return open.count
    }

    /// How many contacts a person has yet to make.
    func count(expectedFrom staff: ID<StaffMember>, in snapshot: Snapshot) throws -> Int {
        try store.open(of: staff, in: snapshot).count
    }

    private func demandOpen(_ contact: PlannedContact) throws {
        guard contact.status == .planned else {
            throw ServiceError.notAllowedNow(
                "it is \(contact.status.rawValue) already",
                allowed: ["POST /v1/planned-contacts"]
            )
        }
    }

    private func changed(
        _ old: PlannedContact,
        _ action: String,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> PlannedContact {
        let new = try find(old.id, in: transaction)
        try record(action, old, new, by: occasion, in: transaction)
        return new
    }

    private func record(
        _ action: String,
        _ old: PlannedContact?,
        _ new: PlannedContact,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try journal.append(
            "planned-contact.\(action)",
            Subject(.plannedContact, new.id),
            changes: describe(old, new),
            by: occasion,
            in: transaction
        )
    }
}
