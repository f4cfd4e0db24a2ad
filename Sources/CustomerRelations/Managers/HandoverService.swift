// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Hands over what a person has to do, all of it or nothing (M33).
package struct HandoverService: Sendable {
    private let store = ManagerStore()
    private let people = StaffStore()
    private let staff: StaffService
    private let managers: ManagerService
    private let customers: CustomerService
    private let complaints: ComplaintService
    private let plannedContacts: PlannedContactService
    private let approvals: ApprovalService
    private let tasks: TaskService
    private let tokens: TokenService
    private let journal: Journal
    private let describe: Describe<Handover>

    package init(
        staff: StaffService,
        managers: ManagerService,
        customers: CustomerService,
        complaints: ComplaintService,
        plannedContacts: PlannedContactService,
        approvals: ApprovalService,
        tasks: TaskService,
        tokens: TokenService,
        journal: Journal,
        describe: @escaping Describe<Handover>
    ) {
        self.staff = staff
        self.managers = managers
        self.customers = customers
        self.complaints = complaints
        self.plannedContacts = plannedContacts
        self.approvals = approvals
        self.tasks = tasks
        self.tokens = tokens
        self.journal = journal
        self.describe = describe
    }

    /// Gives all that one person looks after to another: customers as manager, deputy and owner,
    /// the complaints and tasks that are open, the contacts that are yet to be made, and the requests
    /// that are yet to be decided.
    ///
    /// Each record is changed as if by hand, so that each keeps its history. What is closed stays
    /// as it was.
    package func handOver(
        from id: ID<StaffMember>,
        _ new: NewHandover,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Handover {
        _ = try staff.find(id, at: occasion.at, in: transaction)
        guard new.toID != id else {
            throw ServiceError.refused("/toId", "must be someone else")
        }
        try people.demand(new.toID, "/toId", in: transaction)
        let handover = Handover(
            fromID: id,
            toID: new.toID,
            reason: new.reason,
            managed: try handOverCare(from: id, new, by: occasion, in: transaction),
            owned: try handOverOwned(from: id, new, by: occasion, in: transaction),
            complaints: try handOverComplaints(from: id, new, by: occasion, in: transaction),
            plannedContacts: try plannedContacts.handOver(
                from: id,
                to: new.toID,
                by: occasion,
                in: transaction
            ),
            approvals: try approvals.handOver(
                from: id,
                to: new.toID,
                by: occasion,
                in: transaction
            ),
            tasks: try tasks.handOver(from: id, to: new.toID, by: occasion, in: transaction)
        )
        try journal.append(
            "staff.handed-over",
            Subject(.staff, id),
            changes: describe(nil, handover),
            by: occasion,
            in: transaction
        )
        return handover
    }

    private func handOverCare(
        from id: ID<StaffMember>,
        _ new: NewHandover,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Int {
        let ids = try store.customers(inCareOf: id, in: transaction)
        for customer in ids {
            let old = try managers.find(of: customer, in: transaction)
            let pair = old.pair.replacing(id, with: new.toID)
            _ = try managers.replace(
                old,
                with: NewManagerAssignment(pair: pair, reason: new.reason),
                of: customer,
                by: occasion,
                in: transaction
            )
        }
        return ids.count
    }

    private func handOverOwned(
        from id: ID<StaffMember>,
        _ new: NewHandover,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Int {
        let ids = try store.customers(ownedBy: id, in: transaction)
        for customer in ids {
            let old = try customers.find(customer, in: transaction)
            var details = old.details
            details.ownerID = new.toID
            _ = try customers.change(old, to: details, by: occasion, in: transaction)
        }
        return ids.count
    }

    private func handOverComplaints(
        from id: ID<StaffMember>,
        _ new: NewHandover,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Int {
        let ids = try store.openComplaints(of: id, in: transaction)
        for complaint in ids {
            _ = try complaints.make(
                .assign(ComplaintAssignment(assigneeID: new.toID)),
                on: complaints.find(complaint, at: occasion.at, in: transaction),
                by: occasion,
                in: transaction
            )
        }
        return ids.count
    }

    /// Notes that a person has left, who must have handed everything over; the person's tokens go.
    package func leave(
        _ member: StaffMember,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        guard member.archivedAt == nil else { return }
        let work = try work(of: member.id, in: transaction)
        guard work.isEmpty else {
            throw ServiceError.notAllowedNow(
                "the person still has to be relieved of " + work.joined(separator: ", "),
                allowed: ["POST /v1/staff/\(member.id.rawValue)/handover"]
            )
        }
        guard try complaints.policy(in: transaction).terms.leaderID != member.id else {
            throw ServiceError.notAllowedNow(
                "the complaint policy has breaches addressed to the person",
                allowed: ["PUT /v1/complaint-policy"]
            )
        }
        for token in try tokens.list(of: member.id, in: transaction) {
            _ = try tokens.revoke(token, by: occasion, in: transaction)
        }
        try people.archive(member.id, at: occasion.at, in: transaction)
        try SingleThreadStore().touch(allOf: member.id, at: occasion.at, in: transaction)
        try journal.append(
            "staff.archived",
            Subject(.staff, member.id),
            changes: "{}",
            by: occasion,
            in: transaction
        )
    }

    /// All that a handover would give to another, in words.
    private func work(
        of id: ID<StaffMember>,
        in snapshot: Snapshot
    ) throws -> [String] {
        guard let load = try store.load(of: id, in: snapshot) else { return [] }
        let counts = [
            ("customers as manager", load.managed),
            ("customers as deputy", load.deputised),
            ("customers as owner", load.owned),
            ("open complaints", load.openComplaints),
            ("planned contacts", try plannedContacts.count(expectedFrom: id, in: snapshot)),
            ("approvals to decide", try approvals.count(expectedFrom: id, in: snapshot)),
            ("open tasks", try tasks.count(expectedFrom: id, in: snapshot)),
        ]
        return counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    }
}
