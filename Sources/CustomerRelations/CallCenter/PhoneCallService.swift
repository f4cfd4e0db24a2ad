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
    /// An event that the call has had already changes nothing, unless it brings a complaint.
    package func take(
        _ report: CallReport,
        from token: ID<Token>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> (call: PhoneCall, isNew: Bool) {
        let known = try store.find(externalID: report.externalID, in: transaction)
        try report.demandSense(at: occasion.at, of: known?.state)
        if let known, known.state.had(report.event) {
            return (try add(report, to: known, by: occasion, in: transaction), false)
        }
        try staff.demand(report.staffID, "/staffId", in: transaction)
        var state = try known?.state ?? report.beginning(at: occasion.at)
        state.phone = state.phone ?? report.phone?.typed
        switch report.event {
        case .started: break
        case .answered: state.answeredAt = report.at ?? occasion.at
        case .ended: state.endedAt = report.at ?? occasion.at
        }
        // Whoever tells by an own token of a call that was answered took it.
        let own = state.answeredAt == nil ? nil : try tokens.staff(of: token, in: transaction)
        state.staffID = report.staffID ?? state.staffID ?? own
        state.customerID = try customer(of: state, report, in: transaction)
        try open(report, &state, by: occasion, in: transaction)
        try record(report, &state, by: occasion, in: transaction)
        let call = try keep(
            state,
            of: known,
            as: report.event.rawValue,
            by: occasion,
            in: transaction
        )
        return (call, known == nil)
    }

    /// Has a call that had the event already be about a complaint, if it was about none.
    private func add(
        _ report: CallReport,
        to known: PhoneCall,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> PhoneCall {
        guard report.matter.subject != nil, known.state.complaintID == nil else { return known }
        var state = known.state
        state.customerID = try customer(of: state, report, in: transaction)
        try open(report, &state, by: occasion, in: transaction)
        try record(report, &state, by: occasion, in: transaction)
        return try keep(state, of: known, as: "changed", by: occasion, in: transaction)
    }

    private func keep(
        _ state: PhoneCallState,
        of known: PhoneCall?,
        as action: String,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> PhoneCall {
        let id: ID<PhoneCall>
        if let known {
            id = known.id
            try store.update(id, to: state, at: occasion.at, in: transaction)
        } else {
            guard let new = try store.insert(state, at: occasion.at, in: transaction) else {
                throw ServiceError.notFound
            }
            id = new
        }
        let call = try find(id, in: transaction)
        try journal.append(
            "call.\(action)",
            Subject(.call, id),
            changes: describe(known, call),
            by: occasion,
            in: transaction
        )
        return call
    }

    /// The customer whom the report names, or who alone has the number; one who is archived
    /// meanwhile stays where nobody else has it, or something is recorded of the call already.
    private func customer(
        of call: PhoneCallState,
        _ report: CallReport,
        in transaction: Transaction
    ) throws -> ID<Customer>? {
        if let id = report.customerID {
            let named = try customers.demand(id, in: transaction)
            let record =
                call.complaintID.map { "complaint \($0.rawValue)" }
                ?? call.interactionID.map { "interaction \($0.rawValue)" }
            if let record, named != call.customerID {
                throw ServiceError.refused(
                    "/customerId",
                    "\(record) of the call is another customer's"
                )
            }
            return named
        }
        if let known = call.customerID,
            try call.complaintID != nil || call.interactionID != nil
                || !customers.isArchived(known, in: transaction)
        {
            return known
        }
        let found = try call.number.map { try customers.references(phone: $0, in: transaction) }
        return found?.count == 1 ? found?.first?.id : call.customerID
    }

    /// The customer of a call, or the number that makes a prospect of one who is unknown, or was
    /// archived meanwhile.
    private func name(
        of call: PhoneCallState,
        in snapshot: Snapshot
    ) throws -> CustomerName? {
        if let id = call.customerID, try !customers.isArchived(id, in: snapshot) { return .id(id) }
        return call.number.map(CustomerName.phone)
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
            let wrong =
                "complaint \(known.id.rawValue) of this external id is customer \(owner.rawValue)'s"
            guard report.customerID == nil || call.customerID == owner else {
                throw ServiceError.refused("/customerId", wrong)
            }
            guard call.interactionID == nil || call.customerID == owner else {
                throw ServiceError.notAllowedNow(
                    wrong + ", the call's interaction is not",
                    allowed: ["POST /v1/interactions"]
                )
            }
            call.complaintID = known.id
            call.customerID = owner
            return
        }
        if call.interactionID != nil, let id = call.customerID,
            try customers.isArchived(id, in: transaction)
        {
            throw ServiceError.notAllowedNow(
                "customer \(id.rawValue), whose the call is, is archived",
                allowed: ["POST /v1/complaints"]
            )
        }
        guard let customer = try name(of: call, in: transaction) else {
            throw ServiceError.refused(
                "/customerId",
                "is required: the number was withheld, and the call's customer is archived"
            )
        }
        let complaint = try complaints.open(
            NewComplaint(
                customer: .success(customer),
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

    /// Records the interaction that a call was that has ended, unless it is a missed one of nobody we
    /// know; one that is recorded already is about the call's complaint from now on.
    private func record(
        _ report: CallReport,
        _ call: inout PhoneCallState,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        guard let endedAt = call.endedAt else { return }
        if let id = call.interactionID {
            return try link(id, to: call, by: occasion, in: transaction)
        }
        guard let customer = try name(of: call, in: transaction) else { return }
        var people = InteractionPeople()
        switch customer {
        case .id(let id):
            // A call that nobody answered is one in which nobody took part.
            guard call.answeredAt != nil else { break }
            people = InteractionPeople(
                contactIDs: try contact(of: id, call.number, in: transaction).map { [$0] } ?? [],
                staffIDs: call.staffID.map { [$0] } ?? []
            )
        default:
            // The complaint of one who was archived meanwhile is no stranger's, nor is the call where
            // several others have the number.
            guard call.answeredAt != nil, call.complaintID == nil,
                try call.customerID == nil || !isShared(call.number, in: transaction)
            else { return }
            people.staffIDs = call.staffID.map { [$0] } ?? []
        }
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
                people: people
            ),
            by: occasion,
            in: transaction
        )
        call.interactionID = interaction.id
        call.customerID = interaction.customerID
    }

    private func isShared(_ number: PhoneNumber?, in snapshot: Snapshot) throws -> Bool {
        guard let number else { return false }
        return try customers.references(phone: number, in: snapshot).count > 1
    }

    /// Has an interaction be about the complaint that its call brought after its end.
    private func link(
        _ id: ID<Interaction>,
        to call: PhoneCallState,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let interaction = try interactions.find(id, in: transaction)
        guard let complaint = call.complaintID, interaction.details.complaintID == nil,
            interaction.customerID == call.customerID
        else { return }
        var record = interaction.record
        record.details.complaintID = complaint
        record.details.content = .opinion
        _ = try interactions.correct(
            interaction,
            to: record,
            because: "the call was about complaint \(complaint.rawValue)",
            by: occasion,
            in: transaction
        )
    }

    /// The one contact of the customer who has the number (M41).
    private func contact(
        of customer: ID<Customer>,
        _ number: PhoneNumber?,
        in snapshot: Snapshot
    ) throws -> ID<Contact>? {
        guard let number else { return nil }
        let found = try contacts.contacts(of: customer, phone: number.e164, in: snapshot)
        return found.count == 1 ? found.first?.id : nil
    }
}

extension CallReport {
    /// No call lasts longer.
    private static let longest = 7 * Instant.millisecondsPerDay

    /// The call that starts.
    fileprivate func beginning(at now: Instant) throws -> PhoneCallState {
        guard phone != nil || customerID != nil else {
            throw ServiceError.refused(
                "/phone",
                "is required of a call that starts, unless customerId says whose it is"
            )
        }
        return PhoneCallState(
            externalID: externalID,
            direction: direction ?? .inbound,
            phone: phone?.typed,
            startedAt: at ?? now
        )
    }

    /// Refuses what does not fit the call as it is known, or that no call can have.
    fileprivate func demandSense(at now: Instant, of known: PhoneCallState?) throws {
        guard known != nil || event == .started else { throw ServiceError.unknownCall(externalID) }
        var refusals: [ServiceError.Refusal] = []
        if known.map({ !$0.had(event) }) ?? true {
            try known?.demandOpen()
            refusals += lateness(at: now, after: known.map { $0.answeredAt ?? $0.startedAt })
        }
        if let phone, let number = known?.number, phone.e164 != number.e164 {
            refusals.append(.init("/phone", "the call is with \(number.typed)"))
        }
        if let direction, let known, direction != known.direction {
            refusals.append(.init("/direction", "the call is \(known.direction.rawValue)"))
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

    /// What is wrong with the time of an event after which the last one was.
    private func lateness(at now: Instant, after last: Instant?) -> [ServiceError.Refusal] {
        let at = at ?? now
        guard at <= now else { return [.init("/at", "must not lie in the future")] }
        guard let last else { return [] }
        guard at >= last else {
            return [.init("/at", "must not lie before what happened before")]
        }
        guard at.milliseconds(since: last) <= Self.longest else {
            return [.init("/at", "must not lie more than 7 days after it")]
        }
        return []
    }
}

extension PhoneCallState {
    /// Nothing new happens to a call that has ended.
    fileprivate func demandOpen() throws {
        guard endedAt != nil else { return }
        let correcting = interactionID.map { "POST /v1/interactions/\($0.rawValue)/corrections" }
        throw ServiceError.notAllowedNow(
            "the call has ended",
            allowed: [correcting ?? "POST /v1/interactions"]
        )
    }
}
