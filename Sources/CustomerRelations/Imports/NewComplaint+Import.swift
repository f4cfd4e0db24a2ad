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
        if let externalID = details.externalID,
            let known = try store.id(externalID: externalID, in: work.transaction),
            let old = try store.find(known, at: now, in: work.transaction)
        {
            return try change(old, row, in: &work)
        }
        var refusals: [ServiceError.Refusal] = []
        if details.externalID == nil, receivedAt == nil {
            refusals.append(.init("/receivedAt", "is required where there is no externalId"))
        }
        let found = try refusals.gather { try work.find(customer.get(), known: row.customer) }
        // Asked before a customer is made, who has no order anyway.
        try demand(of: found.map { $0 ?? ID(rawValue: 0) }, in: work, beside: &refusals)
        var owner = found ?? nil
        if owner == nil, refusals.isEmpty {
            owner = try work.make(customer.get(), from: CustomerSource(channel: .complaint))
        }
        let receivedAt = receivedAt ?? now
        if let owner {
            let transaction = work.transaction
            let isKnown = try work.isKnown(twin, row.ordinal, of: owner) {
                try store.subjects(of: owner, receivedAt: receivedAt, in: transaction)
                    .map(\.hashValue)
            }
            if !isKnown {
                try refusals.gather { try work.demandPresent(owner, as: customer.get()) }
            } else if refusals.isEmpty {
                return .unchanged
            }
        }
        guard let owner, refusals.isEmpty else { throw ServiceError.refused(refusals) }
        return .created(try open(owner, receivedAt, in: work).rawValue)
    }

    /// Refuses times out of order, an order that is not the customer's, if it is known whose it has
    /// to be, and a detail without a cause: what another system knew of the cause is kept, whether
    /// the policy has it or not.
    private func demand(
        of customer: ID<Customer>?,
        in work: ImportWork,
        beside refusals: inout [ServiceError.Refusal]
    ) throws {
        let rules = work.rules.complaints
        refusals += rules.refusals(ofTimesOf: self, at: work.occasion.at)
        try refusals.gather {
            try rules.demand(order: details.orderID, of: customer, in: work.transaction)
        }
        try refusals.gather {
            guard details.causeDetail == nil || details.cause != nil else {
                throw ServiceError.detailWithoutCause
            }
        }
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
        var new = self
        new.details = details.with(
            causeDetail: try work.rules.complaints.spelled(
                details.causeDetail,
                of: details.cause,
                in: work.transaction
            )
        )
        let id = try ComplaintStore().insert(
            new,
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
        var refusals: [ServiceError.Refusal] = []
        try refusals.gather {
            guard new.receivedAt == old.state.receivedAt else {
                throw ServiceError.refused("/receivedAt", "is not the time that is recorded")
            }
        }
        try refusals.gather {
            guard try isCustomer(of: old, row, in: work) else {
                throw ServiceError.refused("/externalId", "is of another customer's complaint")
            }
        }
        try new.demand(of: old.customer.id, in: work, beside: &refusals)
        let store = ComplaintStore()
        let isSame = new.details == old.details
        let endsSame = new.answeredAt == old.state.answeredAt && new.closedAt == old.state.closedAt
        if isSame, endsSame, refusals.isEmpty { return .unchanged }
        if let owner {
            try refusals.gather { try work.demandPresent(old.customer.id, as: owner) }
        }
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
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
                causeDetail: try work.rules.complaints.spelled(
                    details.causeDetail,
                    of: cause,
                    in: work.transaction
                )
                    ?? work.rules.complaints.causeDetail(
                        old.details.causeDetail,
                        of: cause,
                        isSaid: false,
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
