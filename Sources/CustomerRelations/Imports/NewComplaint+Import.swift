// SPDX-License-Identifier: Apache-2.0

extension NewComplaint: ImportedRecord {
    package static let importKind = Import.Kind.complaints

    package var owner: CustomerName? { try? customer.get() }

    package var externalName: String? { details.externalID }

    /// Complaints without external id are told by customer, time and subject.
    package var twin: ImportTwin? {
        guard details.externalID == nil else { return nil }
        return ImportTwin(at: receivedAt?.rawValue ?? 0, content: details.subject.hashValue)
    }

    package func put(
        _ row: ImportRow<NewComplaint>,
        into work: inout ImportWork
    ) throws -> ImportVerdict {
        let store = ComplaintStore()
        let now = work.occasion.at
        let customer = try customer.get()
        if let externalID = details.externalID,
            let known = try store.id(externalID: externalID, in: work.transaction),
            let old = try store.find(known, at: now, in: work.transaction)
        {
            return try change(old, row, in: &work)
        }
        if details.externalID == nil, receivedAt == nil {
            throw ServiceError.refused("/receivedAt", "is required where there is no externalId")
        }
        try work.rules.complaints.demandOrder(of: self, at: now)
        let found = try work.find(customer, known: row.customer)
        // Asked before a customer is made, who has no order anyway.
        try work.rules.complaints.demand(
            order: details.orderID,
            of: found ?? ID(rawValue: 0),
            in: work.transaction
        )
        _ = try work.rules.complaints.causeDetail(
            details.causeDetail,
            of: details.cause,
            insteadOf: nil,
            in: work.transaction
        )
        let owner = try found ?? work.make(customer, from: CustomerSource(channel: .complaint))
        let receivedAt = receivedAt ?? now
        if details.externalID == nil {
            let transaction = work.transaction
            let isKnown = try work.isKnown(twin, row.ordinal, of: owner) {
                try store.subjects(of: owner, receivedAt: receivedAt, in: transaction)
                    .map(\.hashValue)
            }
            guard !isKnown else { return .unchanged }
        }
        try work.demandPresent(owner, as: customer)
        return .created(try open(owner, receivedAt, in: work).rawValue)
    }

    private func open(
        _ owner: ID<Customer>,
        _ receivedAt: Instant,
        in work: ImportWork
    ) throws -> ID<Complaint> {
        let tier = try CustomerStore().reference(owner, in: work.transaction)?.tier
        let state = try work.rules.complaints.begin(
            self,
            receivedAt: receivedAt,
            tier: tier,
            in: work.transaction
        )
        let id = try ComplaintStore().insert(
            self,
            customer: owner,
            state: state,
            at: work.occasion.at,
            in: work.transaction
        )
        guard let id else { throw ServiceError.notFound }
        try work.rules.complaints.watch(id, state, in: work.transaction)
        try note("open", on: id, in: work)
        return id
    }

    private func change(
        _ old: Complaint,
        _ row: ImportRow<NewComplaint>,
        in work: inout ImportWork
    ) throws -> ImportVerdict {
        let new = try filled(from: old, given: row.given, in: work)
        try work.rules.complaints.demandOrder(of: new, at: work.occasion.at)
        guard new.receivedAt == old.state.receivedAt else {
            throw ServiceError.refused("/receivedAt", "is not the time that is recorded")
        }
        guard try isCustomer(of: old, row, in: work) else {
            throw ServiceError.refused("/externalId", "is of another customer's complaint")
        }
        try work.rules.complaints.demand(
            order: new.details.orderID,
            of: old.customer.id,
            in: work.transaction
        )
        let store = ComplaintStore()
        let isSame = new.details == old.details
        let endsSame = new.answeredAt == old.state.answeredAt && new.closedAt == old.state.closedAt
        guard !isSame || !endsSame else { return .unchanged }
        try work.demandPresent(old.customer.id, as: customer.get())
        if !isSame {
            try store.update(old.id, to: new.details, at: work.occasion.at, in: work.transaction)
        }
        if !endsSame {
            try store.update(
                old.id,
                answeredAt: new.answeredAt,
                closedAt: new.closedAt,
                at: work.occasion.at,
                in: work.transaction
            )
            let changed = try work.rules.complaints.find(
                old.id,
                at: work.occasion.at,
                in: work.transaction
            )
            try work.rules.complaints.replaceAlarm(
                of: old,
                with: changed.alarms,
                by: work.occasion,
                in: work.transaction
            )
        }
        try note("import", on: old.id, in: work)
        return .updated(old.id.rawValue)
    }

    /// Whether the row names the customer of the complaint, perhaps by a phone of several.
    private func isCustomer(
        of old: Complaint,
        _ row: ImportRow<NewComplaint>,
        in work: ImportWork
    ) throws -> Bool {
        let customer = try customer.get()
        guard case .phone(let number) = customer else {
            return try work.find(customer, known: row.customer) == old.customer.id
        }
        return try CustomerStore().references(phone: number.e164, in: work.transaction)
            .contains { $0.id == old.customer.id }
    }

    /// This complaint, with what is recorded in place of what it leaves out.
    private func filled(
        from old: Complaint,
        given: ImportedMembers,
        in work: ImportWork
    ) throws -> NewComplaint {
        let closedAt = closedAt ?? old.state.closedAt
        let cause = details.cause ?? old.details.cause
        return NewComplaint(
            customer: customer,
            details: ComplaintDetails(
                channel: details.channel,
                subject: details.subject,
                description: details.description ?? old.details.description,
                cause: cause,
                causeDetail: try work.rules.complaints.causeDetail(
                    details.causeDetail ?? old.details.causeDetail,
                    of: cause,
                    insteadOf: old.details,
                    in: work.transaction
                ),
                severity: given.contains(.severity) ? details.severity : old.details.severity,
                orderID: details.orderID ?? old.details.orderID,
                externalID: details.externalID
            ),
            receivedAt: receivedAt ?? old.state.receivedAt,
            answeredAt: answeredAt ?? old.state.answeredAt ?? closedAt,
            closedAt: closedAt
        )
    }

    private func note(_ action: String, on id: ID<Complaint>, in work: ImportWork) throws {
        try ComplaintStore().append(
            ComplaintAction(
                at: work.occasion.at,
                actor: work.occasion.actor,
                action: action,
                details: "{}"
            ),
            to: id,
            in: work.transaction
        )
    }
}
