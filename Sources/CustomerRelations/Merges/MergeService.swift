// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Duplicates: finding them, making one customer of two, and taking that back.
package struct MergeService: Sendable {
    /// How merges are written down.
    package struct Descriptions: Sendable {
        let kept: Describe<CustomerMerge>
        let duplicate: Describe<CustomerMerge>

        package init(
            kept: @escaping Describe<CustomerMerge>,
            duplicate: @escaping Describe<CustomerMerge>
        ) {
            self.kept = kept
            self.duplicate = duplicate
        }
    }

    private let store = MergeStore()
    private let partings = PartingStore()
    private let duplicates = DuplicateStore()
    private let contacts = ContactStore()
    private let managers = ManagerStore()
    private let staff = StaffStore()
    private let threads = SingleThreadStore()
    private let sums = TradeSumStore()
    private let customers: CustomerService
    private let complaints: ComplaintService
    private let doubles: MergeDoubles
    private let journal: Journal
    private let descriptions: Descriptions
    private let joinProfiles: JoinProfiles

    package init(
        customers: CustomerService,
        complaints: ComplaintService,
        warnings: WarningService,
        tasks: TaskService,
        journal: Journal,
        descriptions: Descriptions,
        joinProfiles: @escaping JoinProfiles
    ) {
        self.customers = customers
        self.complaints = complaints
        doubles = MergeDoubles(warnings: warnings, tasks: tasks)
        self.journal = journal
        self.descriptions = descriptions
        self.joinProfiles = joinProfiles
    }

    /// Customers who have a phone, an e-mail address or a name in common.
    package func duplicates(
        _ filter: DuplicateFilter,
        _ request: PageRequest<DuplicateSorting>,
        in snapshot: Snapshot
    ) throws -> Page<DuplicateGroup> {
        try duplicates.page(by: filter.trait, request, in: snapshot)
    }

    /// All that has become part of a customer, or had.
    package func list(
        into customer: ID<Customer>,
        _ request: PageRequest<MergeSorting>,
        in snapshot: Snapshot
    ) throws -> Page<CustomerMerge> {
        _ = try customers.reference(to: customer, in: snapshot)
        return try store.page(of: customer, request, in: snapshot)
    }

    /// Makes a duplicate part of a customer, with all that belongs to it.
    package func merge(
        _ request: MergeRequest,
        into customer: Customer,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Customer {
        let id = customer.id
        let duplicate = try demand(request.duplicateID, canJoin: customer, in: transaction)
        var details = customer.details
        let values = details.adopt(duplicate.details, joining: joinProfiles)
        if let fault = details.excess(id) { throw ServiceError.merge(fault) }
        try demandRoom(for: duplicate.id, at: id, in: transaction)
        let brought = try sums.find(duplicate.id, in: transaction)
        try sums.find(id, in: transaction).demandRoom(for: brought, of: id, at: "/duplicateId")
        let inserted = try store.insert(duplicate.id, into: id, by: occasion, in: transaction)
        guard let merge = inserted else { throw ServiceError.notFound }
        try store.insert(values, of: merge, in: transaction)
        // There is one manager at a time.
        if try managers.active(of: id, in: transaction) != nil {
            try managers.end(of: duplicate.id, at: occasion.at, in: transaction)
        }
        try doubles.end(duplicate.id, beside: id, merge, by: occasion, in: transaction)
        let own = try sums.find(id, in: transaction).purchases
        try store.move(merge, from: duplicate.id, to: id, at: occasion.at, in: transaction)
        try sums.add(brought, to: id, in: transaction)
        try sums.add(-brought, to: duplicate.id, in: transaction)
        try customers.close(
            duplicate,
            keepingName: details.externalID != duplicate.details.externalID,
            at: occasion.at,
            in: transaction
        )
        let kept = try customers.replace(customer, with: details, by: occasion, in: transaction)
        try ChainRules().demandSound(kept, named: "/duplicateId", in: transaction)
        try doubles.count(
            merge,
            into: id,
            own: own,
            brought: brought.purchases,
            by: occasion,
            in: transaction
        )
        try settle([id, duplicate.id], by: occasion, in: transaction)
        try record(("customer.merged", "customer.merged-away"), duplicate.id, occasion, transaction)
        return kept
    }

    /// Makes what was merged two customers again: what moved moves back, what came since stays.
    package func unmerge(
        _ request: MergeRequest,
        from customer: Customer,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Customer {
        let merge = try demand(request.duplicateID, canLeave: customer.id, occasion, transaction)
        try record(
            ("customer.unmerged", "customer.restored"),
            merge.duplicateID,
            occasion,
            transaction
        )
        try store.undo(merge.id, at: occasion.at, in: transaction)
        try store.moveBack(merge, at: occasion.at, in: transaction)
        for part in [merge.customerID, merge.duplicateID] {
            try sums.count(part, in: transaction)
        }
        try partings.follow(merge, at: occasion.at, in: transaction)
        try partings.cut(merge.customerID, merge.duplicateID, at: occasion.at, in: transaction)
        try store.reopenAssignment(of: merge.id, in: transaction)
        try doubles.undo(merge, by: occasion, in: transaction)
        let duplicate = try customers.find(merge.duplicateID, in: transaction)
        let values = try store.values(of: merge.id, in: transaction)
        var details = customer.details
        details.giveBack(values, of: duplicate.details, joining: joinProfiles)
        // What it had from several it has from the others yet.
        for other in try store.all(into: customer.id, in: transaction) {
            var part = try customers.find(other.duplicateID, in: transaction).details
            part.externalID = nil
            part.ownerID = try staff.present(part.ownerID, in: transaction)
            let more = details.adopt(part, joining: joinProfiles)
            try store.insert(more, of: other.id, in: transaction)
        }
        let kept = try customers.replace(customer, with: details, by: occasion, in: transaction)
        try customers.reopen(
            duplicate,
            named: values.first { $0.member == .externalID }?.value,
            by: occasion,
            in: transaction
        )
        try settle([customer.id, duplicate.id], by: occasion, in: transaction)
        return kept
    }

    /// Brings up to date what rests on whose records are whose.
    private func settle(
        _ ids: [ID<Customer>],
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        for id in ids {
            try complaints.renewDeadlines(of: id, by: occasion, in: transaction)
            try threads.watch(id, at: occasion.at, in: transaction)
            try WarningStore().touch(id, in: transaction)
            try TierBasisStore().touch(id, in: transaction)
        }
    }

    private func record(
        _ actions: (kept: String, duplicate: String),
        _ duplicate: ID<Customer>,
        _ occasion: Occasion,
        _ transaction: Transaction
    ) throws {
        guard let merge = try store.find(of: duplicate, in: transaction) else { return }
        for (action, id, changes) in [
            (actions.kept, merge.customerID, descriptions.kept(nil, merge)),
            (actions.duplicate, merge.duplicateID, descriptions.duplicate(nil, merge)),
        ] {
            try journal.append(
                action,
                Subject(.customer, id),
                changes: changes,
                by: occasion,
                in: transaction
            )
        }
    }
}

// MARK: - What is refused

extension MergeService {
    /// The duplicate, if it can become part of a customer.
    private func demand(
        _ id: ID<Customer>,
        canJoin customer: Customer,
        in snapshot: Snapshot
    ) throws -> Customer {
        if let successor = try store.successor(of: customer.id, in: snapshot) {
            throw ServiceError.customerMerged(into: try store.kept(successor, in: snapshot))
        }
        guard id != customer.id else { throw ServiceError.merge(.itself(id)) }
        guard try customers.exists(id, in: snapshot) else {
            throw ServiceError.refused("/duplicateId", "there is no customer \(id.rawValue)")
        }
        if let successor = try store.successor(of: id, in: snapshot) {
            throw ServiceError.merge(.alreadyMerged(id, into: successor))
        }
        let duplicate = try customers.find(id, in: snapshot)
        for one in [customer, duplicate] where one.archivedAt != nil {
            throw ServiceError.merge(.archived(one.id))
        }
        return duplicate
    }

    private func demandRoom(
        for duplicate: ID<Customer>,
        at customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws {
        let count = try [customer, duplicate]
            .map { try contacts.lines(of: $0, in: snapshot).count }
            .reduce(0, +)
        guard count <= ContactService.limit else {
            throw ServiceError.merge(
                .tooLarge(customer, "contacts", count: count, limit: ContactService.limit)
            )
        }
    }

    /// The merge that made it part of a customer, if it can be undone.
    private func demand(
        _ duplicate: ID<Customer>,
        canLeave customer: ID<Customer>,
        _ occasion: Occasion,
        _ snapshot: Snapshot
    ) throws -> CustomerMerge {
        let merge = try store.find(of: duplicate, in: snapshot)
        guard let merge, merge.customerID == customer else {
            // It may have come here as part of another one.
            if let merge, try store.kept(duplicate, in: snapshot) == customer {
                let last = try last(before: customer, from: merge.customerID, in: snapshot)
                throw ServiceError.merge(.covered(last, by: customer))
            }
            throw ServiceError.merge(.notMerged(duplicate, into: merge?.customerID, not: customer))
        }
        if let successor = try store.successor(of: customer, in: snapshot) {
            throw ServiceError.merge(.covered(customer, by: successor))
        }
        if let until = merge.undoableUntil, until < occasion.at {
            throw ServiceError.merge(.tooLate(duplicate, until: until))
        }
        return merge
    }

    /// The part of a customer that a chain of merges leads through last.
    private func last(
        before customer: ID<Customer>,
        from part: ID<Customer>,
        in snapshot: Snapshot
    ) throws -> ID<Customer> {
        var last = part
        while let next = try store.successor(of: last, in: snapshot), next != customer {
            last = next
        }
        return last
    }
}
