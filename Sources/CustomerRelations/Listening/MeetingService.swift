// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Visits and customer meetings, whose summaries are read back, and what came of them (M52).
package struct MeetingService: Sendable {
    private let store = MeetingStore()
    private let known = CustomerStore()
    private let merges = MergeStore()
    private let contacts = ContactStore()
    private let staff = StaffStore()
    private let tokens = TokenStore()
    private let complaints: ComplaintService
    private let needs: NeedService
    private let tasks: TaskService
    private let journal: Journal
    private let describe: Describe<Meeting>

    package init(
        complaints: ComplaintService,
        needs: NeedService,
        tasks: TaskService,
        journal: Journal,
        describe: @escaping Describe<Meeting>
    ) {
        self.complaints = complaints
        self.needs = needs
        self.tasks = tasks
        self.journal = journal
        self.describe = describe
    }

    package func find(_ id: ID<Meeting>, in snapshot: Snapshot) throws -> Meeting {
        guard let meeting = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return meeting
    }

    package func list(
        _ filter: MeetingFilter,
        _ request: PageRequest<MeetingSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Meeting> {
        try store.page(filter, request, in: snapshot)
    }

    /// Records a meeting; whoever does so by an own token took part, unless others are named.
    package func record(
        _ details: MeetingDetails,
        from token: ID<Token>?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Meeting {
        var details = details
        details.customerIDs = try merges.kept(details.customerIDs, in: transaction)
        try demand(details, insteadOf: nil, at: occasion.at, in: transaction)
        if details.staffIDs.isEmpty, let token {
            details.staffIDs = try tokens.staff(of: token, in: transaction).map { [$0] } ?? []
        }
        guard let id = try store.insert(details, at: occasion.at, in: transaction) else {
            throw ServiceError.notFound
        }
        return try recorded("recorded", nil, id, by: occasion, in: transaction)
    }

    /// Says otherwise what a meeting was, as long as nobody has confirmed it.
    package func change(
        _ meeting: Meeting,
        to details: MeetingDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Meeting {
        var details = details
        details.customerIDs = try merges.kept(details.customerIDs, in: transaction)
        guard details != meeting.details else { return meeting }
        try demandUnconfirmed(meeting)
        try demand(details, insteadOf: meeting, at: occasion.at, in: transaction)
        try store.update(meeting.id, to: details, at: occasion.at, in: transaction)
        return try recorded("changed", meeting, meeting.id, by: occasion, in: transaction)
    }

    /// Notes that the customer has heard the summary and says yes to it; from then on it stands.
    package func confirm(
        _ meeting: Meeting,
        _ new: NewMeetingConfirmation,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Meeting {
        try demandUnconfirmed(meeting)
        let at = new.at ?? occasion.at
        var refusals: [ServiceError.Refusal] = []
        if (new.contactID == nil) == (new.name == nil) {
            let detail = "one of contactId and name must be given"
            refusals += [.init("/contactId", detail), .init("/name", detail)]
        } else if let contact = new.contactID {
            refusals += try strangers([contact], to: meeting.details, meeting, in: transaction) {
                _ in "/contactId"
            }
        }
        if at > occasion.at {
            refusals.append(.init("/at", "must not lie in the future"))
        } else if at < meeting.details.heldAt {
            refusals.append(.init("/at", "must not lie before heldAt"))
        }
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
        try store.confirm(
            meeting.id,
            MeetingConfirmation(at: at, contactID: new.contactID, name: new.name),
            at: occasion.at,
            in: transaction
        )
        return try recorded("confirmed", meeting, meeting.id, by: occasion, in: transaction)
    }

    private func recorded(
        _ action: String,
        _ old: Meeting?,
        _ id: ID<Meeting>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Meeting {
        let new = try find(id, in: transaction)
        try journal.append(
            "meeting.\(action)",
            Subject(.meeting, id),
            changes: describe(old, new),
            by: occasion,
            in: transaction
        )
        return new
    }
}

// MARK: - Rules

extension MeetingService {
    private func demandUnconfirmed(_ meeting: Meeting) throws {
        guard meeting.confirmation == nil else {
            throw ServiceError.notAllowedNow("the summary was confirmed", allowed: ["issues"])
        }
    }

    /// Refuses a meeting that has not been, or in which somebody took part who is not there or is
    /// named twice.
    private func demand(
        _ details: MeetingDetails,
        insteadOf old: Meeting?,
        at now: Instant,
        in snapshot: Snapshot
    ) throws {
        var refusals =
            ServiceError.doubles(details.customerIDs, "/customerIds")
            + ServiceError.doubles(details.contactIDs, "/contactIds")
            + ServiceError.doubles(details.staffIDs, "/staffIds")
        if details.customerIDs.isEmpty {
            refusals.append(.init("/customerIds", "must name a customer"))
        }
        let missing = try details.customerIDs.enumerated().filter {
            try !known.exists($0.element, in: snapshot)
        }
        refusals += missing.map {
            .init("/customerIds/\($0.offset)", "there is no customer \($0.element.rawValue)")
        }
        let archived = try details.customerIDs.enumerated().filter {
            try old?.details.customerIDs.contains($0.element) != true
                && known.isArchived($0.element, in: snapshot)
        }
        refusals += archived.map {
            .init("/customerIds/\($0.offset)", "names a customer who is archived")
        }
        refusals += try strangers(details.contactIDs, to: details, old, in: snapshot) {
            "/contactIds/\($0)"
        }
        for (place, id) in details.staffIDs.enumerated()
        where old?.details.staffIDs.contains(id) != true {
            if let refusal = try staff.refusal(of: id, "/staffIds/\(place)", in: snapshot) {
                refusals.append(refusal)
            }
        }
        if details.heldAt > now {
            refusals.append(.init("/heldAt", "must not lie in the future"))
        }
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
    }

    /// Those who are no contacts of the customers who took part; one who has left is none, unless
    /// named before.
    private func strangers(
        _ ids: [ID<Contact>],
        to details: MeetingDetails,
        _ old: Meeting?,
        in snapshot: Snapshot,
        _ pointer: (Int) -> String
    ) throws -> [ServiceError.Refusal] {
        var refusals: [ServiceError.Refusal] = []
        for (place, id) in ids.enumerated() {
            if let customer = try contacts.customer(of: id, in: snapshot),
                details.customerIDs.contains(customer),
                try old?.details.contactIDs.contains(id) == true
                    || contacts.isPresent(id, at: customer, in: snapshot)
            {
                continue
            }
            refusals.append(
                .init(pointer(place), "the customers have no contact \(id.rawValue)")
            )
        }
        return refusals
    }
}

// MARK: - Issues

extension MeetingService {
    /// Makes a complaint, a need or a task of what was raised, each of which knows the meeting.
    package func raise(
        _ new: NewMeetingIssue,
        in meeting: Meeting,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Meeting {
        let customer = try customer(of: new, in: meeting, transaction)
        let subject: Subject
        switch (new.complaint, new.need, new.task) {
        case (let complaint?, nil, nil):
            subject = try open(complaint, customer, meeting, by: occasion, in: transaction)
        case (nil, let need?, nil):
            let need = try needs.record(
                need,
                of: customer,
                raisedIn: meeting.id,
                by: occasion,
                in: transaction
            )
            subject = Subject(.need, need.id)
        case (nil, nil, let task?):
            subject = try open(task, customer, meeting, by: occasion, in: transaction)
        default:
            let detail = "one of complaint, need and task must be given"
            throw ServiceError.refused(
                ["/complaint", "/need", "/task"].map { .init($0, detail) }
            )
        }
        let issue = MeetingIssue(
            subject: subject,
            raisedAt: occasion.at,
            actor: occasion.actor
        )
        try store.append(issue, to: meeting.id, in: transaction)
        return try recorded("issue-raised", meeting, meeting.id, by: occasion, in: transaction)
    }

    private func customer(
        of new: NewMeetingIssue,
        in meeting: Meeting,
        _ snapshot: Snapshot
    ) throws -> ID<Customer> {
        let customers = meeting.details.customerIDs
        guard let named = try merges.kept(of: new.customerID, in: snapshot) else {
            guard customers.count == 1 else {
                throw ServiceError.refused("/customerId", "is required: several took part")
            }
            return customers[0]
        }
        guard customers.contains(named) else {
            throw ServiceError.refused("/customerId", "customer \(named.rawValue) took no part")
        }
        return named
    }

    private func open(
        _ new: NewMeetingComplaint,
        _ customer: ID<Customer>,
        _ meeting: Meeting,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Subject {
        let complaint = try complaints.open(
            NewComplaint(
                customer: .success(.id(customer)),
                details: ComplaintDetails(
                    channel: .visit,
                    subject: new.subject,
                    description: new.description,
                    cause: new.cause,
                    severity: new.severity
                ),
                receivedAt: meeting.details.heldAt
            ),
            by: occasion,
            in: transaction
        )
        try complaints.link(
            MeetingLink(meetingID: meeting.id),
            to: complaint.id,
            by: occasion,
            in: transaction
        )
        return Subject(.complaint, complaint.id)
    }

    private func open(
        _ new: NewMeetingTask,
        _ customer: ID<Customer>,
        _ meeting: Meeting,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Subject {
        try staff.demand(new.details.assigneeID, "/task/assigneeId", in: transaction)
        let task = try tasks.open(
            NewTask(
                kind: new.kind,
                subject: Subject(.meeting, meeting.id),
                details: new.details
            ),
            of: customer,
            by: occasion,
            in: transaction
        )
        return Subject(.task, task.id)
    }
}

extension MergeStore {
    /// The customers that stand for some.
    fileprivate func kept(
        _ ids: [ID<Customer>],
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ID<Customer>] {
        var kept: [ID<Customer>] = []
        for id in ids { kept.append(try self.kept(id, in: snapshot)) }
        return kept
    }
}
