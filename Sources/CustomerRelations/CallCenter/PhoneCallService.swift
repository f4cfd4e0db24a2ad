// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Calls as telephone systems report them, each event once (M84): a call that ends becomes an
/// interaction, and one with a subject a complaint.
package struct PhoneCallService: Sendable {
    private let store = PhoneCallStore()
    private let contacts = ContactStore()
    private let staff = StaffStore()
    private let tokens = TokenStore()
    private let customers: CustomerService
    private let interactions: InteractionService
    private let complaints: ComplaintService
    private let journal: Journal
    private let describe: Describe<PhoneCall>

    package init(
        customers: CustomerService,
        interactions: InteractionService,
        complaints: ComplaintService,
        journal: Journal,
        describe: @escaping Describe<PhoneCall>
    ) {
        self.customers = customers
        self.interactions = interactions
        self.complaints = complaints
        self.journal = journal
        self.describe = describe
    }

    package func find(_ id: ID<PhoneCall>, in snapshot: Snapshot) throws -> PhoneCall {
        guard let call = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return call
    }

    package func list(
        _ filter: PhoneCallFilter,
        _ request: PageRequest<PhoneCallSorting>,
        in snapshot: Snapshot
    ) throws -> Page<PhoneCall> {
        try store.page(filter, request, in: snapshot)
    }

    /// Takes an event of a call, and tells whether the call is new.
    ///
    /// An event that the call has had already changes nothing.
    package func take(
        _ report: CallReport,
        from token: ID<Token>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> (call: PhoneCall, isNew: Bool) {
        let known = try store.find(externalID: report.externalID, in: transaction)
        if let known, known.state.had(report.event) { return (known, false) }
        try report.demandSense(at: occasion.at, of: known?.state)
        try staff.demand(report.staffID, "/staffId", in: transaction)
        var state = try known?.state ?? report.beginning(at: occasion.at)
        // Whoever answers by an own token took the call.
        let own = report.event == .started ? nil : try tokens.staff(of: token, in: transaction)
        state.staffID = report.staffID ?? state.staffID ?? own
        state.customerID = try customer(of: state, report, in: transaction)
        try open(report, &state, by: occasion, in: transaction)
        switch report.event {
        case .started: break
        case .answered: state.answeredAt = report.at ?? occasion.at
        case .ended:
            state.endedAt = report.at ?? occasion.at
            try record(report, &state, by: occasion, in: transaction)
        }
        let call = try keep(state, of: known, at: occasion.at, in: transaction)
        try journal.append(
            "call.\(report.event.rawValue)",
            Subject(.call, call.id),
            changes: describe(known, call),
            by: occasion,
            in: transaction
        )
        return (call, known == nil)
    }

    private func keep(
        _ state: PhoneCallState,
        of known: PhoneCall?,
        at now: Instant,
        in transaction: Transaction
    ) throws -> PhoneCall {
        guard let known else {
            guard let id = try store.insert(state, at: now, in: transaction) else {
                throw ServiceError.notFound
            }
            return try find(id, in: transaction)
        }
        try store.update(known.id, to: state, at: now, in: transaction)
        return try find(known.id, in: transaction)
    }

    /// The customer whom the report names, or who alone has the number.
    private func customer(
        of call: PhoneCallState,
        _ report: CallReport,
        in transaction: Transaction
    ) throws -> ID<Customer>? {
        if let id = report.customerID {
            let named = try customers.demand(id, in: transaction)
            if let complaint = call.complaintID, named != call.customerID {
                throw ServiceError.refused(
                    "/customerId",
                    "complaint \(complaint.rawValue) of the call is another customer's"
                )
            }
            return named
        }
        if let known = call.customerID { return known }
        let found = try PhoneNumber(call.phone).map {
            try customers.references(phone: $0, in: transaction)
        }
        return found?.count == 1 ? found?.first?.id : nil
    }

    /// Has the call be about the complaint that a report brings: the one that has the call's external
    /// id, whatever door it came through, or else a new one.
    private func open(
        _ report: CallReport,
        _ call: inout PhoneCallState,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        guard let subject = report.matter.subject, call.complaintID == nil else { return }
        let known = try complaints.find(
            externalID: call.externalID,
            at: occasion.at,
            in: transaction
        )
        if let known {
            let owner = known.customer.id
            guard report.customerID == nil || call.customerID == owner else {
                throw ServiceError.refused(
                    "/customerId",
                    "complaint \(known.id.rawValue) of this external id is customer "
                        + "\(owner.rawValue)'s"
                )
            }
            call.complaintID = known.id
            call.customerID = owner
            return
        }
        guard let customer = call.customer else { return }
        let complaint = try complaints.open(
            NewComplaint(
                customer: customer,
                details: ComplaintDetails(
                    channel: .callCenter,
                    subject: subject,
                    description: report.matter.description,
                    cause: report.matter.cause,
                    severity: report.matter.severity ?? .normal,
                    externalID: call.externalID
                ),
                receivedAt: call.startedAt
            ),
            by: occasion,
            in: transaction
        )
        call.complaintID = complaint.id
        call.customerID = complaint.customer.id
    }

    /// Records the interaction that a call was, unless it is a missed one of nobody we know, or of
    /// one who was archived meanwhile.
    private func record(
        _ report: CallReport,
        _ call: inout PhoneCallState,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        guard let endedAt = call.endedAt, let customer = call.customer,
            call.customerID != nil || call.answeredAt != nil,
            try call.customerID.map({ try !customers.isArchived($0, in: transaction) }) ?? true
        else { return }
        let usual = call.answeredAt == nil ? "call, not answered" : "call"
        let interaction = try interactions.record(
            NewInteraction(
                customer: customer,
                details: InteractionDetails(
                    direction: call.direction,
                    content: call.complaintID == nil ? .information : .opinion,
                    channel: .callCenter,
                    occurredAt: call.startedAt,
                    durationSeconds: call.answeredAt.map {
                        Int(endedAt.milliseconds(since: $0) / Instant.millisecondsPerSecond)
                    },
                    summary: report.summary ?? report.matter.subject ?? usual,
                    complaintID: call.complaintID
                ),
                people: InteractionPeople(
                    contactIDs: try contact(in: call, in: transaction).map { [$0] } ?? [],
                    staffIDs: call.staffID.map { [$0] } ?? []
                )
            ),
            by: occasion,
            in: transaction
        )
        call.interactionID = interaction.id
        call.customerID = interaction.customerID
    }
}

extension PhoneCallService {
    /// The one contact of the customer who has the number (M41).
    private func contact(
        in call: PhoneCallState,
        in snapshot: Snapshot
    ) throws -> ID<Contact>? {
        guard let customer = call.customerID, let number = PhoneNumber(call.phone) else {
            return nil
        }
        let found = try contacts.contacts(of: customer, phone: number.e164, in: snapshot)
        return found.count == 1 ? found.first?.id : nil
    }
}

extension CallReport {
    /// No call lasts longer.
    private static let longest = 7 * Instant.millisecondsPerDay

    /// The call that starts.
    fileprivate func beginning(at now: Instant) throws -> PhoneCallState {
        guard let phone else {
            throw ServiceError.refused("/phone", "is required of a call that starts")
        }
        return PhoneCallState(
            externalID: externalID,
            direction: direction ?? .inbound,
            phone: phone.typed,
            startedAt: at ?? now
        )
    }

    /// Refuses what does not fit the call as it is known, or that no call can have.
    fileprivate func demandSense(at now: Instant, of known: PhoneCallState?) throws {
        guard known != nil || event == .started else { throw ServiceError.unknownCall(externalID) }
        if let known, known.endedAt != nil {
            let correcting = known.interactionID.map {
                "POST /v1/interactions/\($0.rawValue)/corrections"
            }
            throw ServiceError.notAllowedNow(
                "the call has ended",
                allowed: [correcting ?? "POST /v1/interactions"]
            )
        }
        var refusals: [ServiceError.Refusal] = []
        let at = at ?? now
        if at > now {
            refusals.append(.init("/at", "must not lie in the future"))
        } else if let last = known.map({ $0.answeredAt ?? $0.startedAt }) {
            if at < last {
                refusals.append(.init("/at", "must not lie before what happened before"))
            } else if at.milliseconds(since: last) > Self.longest {
                refusals.append(.init("/at", "must not lie more than 7 days after it"))
            }
        }
        if let known {
            if let phone, phone.e164 != PhoneNumber(known.phone)?.e164 {
                refusals.append(.init("/phone", "the call is with \(known.phone)"))
            }
            if let direction, direction != known.direction {
                refusals.append(.init("/direction", "the call is \(known.direction.rawValue)"))
            }
        }
        if summary != nil, event != .ended {
            refusals.append(.init("/summary", "comes when the call has ended"))
        }
        if matter.subject == nil {
            for (pointer, isGiven) in [
                ("/description", matter.description != nil), ("/cause", matter.cause != nil),
                ("/severity", matter.severity != nil),
            ] where isGiven {
                refusals.append(.init(pointer, "goes with a subject"))
            }
        }
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
    }
}
