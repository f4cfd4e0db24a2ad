// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Relationship managers (M33, 客户经理制): who looks after whom, who lacks someone, and how much each
/// has to do.
package struct ManagerService: Sendable {
    private let store = ManagerStore()
    private let staff = StaffStore()
    private let customers: CustomerService
    private let journal: Journal
    private let describe: Describe<ManagerAssignment>

    package init(
        customers: CustomerService,
        journal: Journal,
        describe: @escaping Describe<ManagerAssignment>
    ) {
        self.customers = customers
        self.journal = journal
        self.describe = describe
    }

    /// Who looks after a customer.
    package func find(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws -> ManagerAssignment {
        guard let active = try store.active(of: customer, in: snapshot) else {
            throw ServiceError.notFound
        }
        return active
    }

    /// All who look after a customer, or did.
    package func history(
        of customer: ID<Customer>,
        _ request: PageRequest<ManagerSorting>,
        in snapshot: Snapshot
    ) throws -> Page<ManagerAssignment> {
        _ = try customers.reference(to: customer, in: snapshot)
        return try store.page(of: customer, request, in: snapshot)
    }

    package func gaps(
        _ filter: CoverageFilter,
        _ request: PageRequest<CoverageSorting>,
        in snapshot: Snapshot
    ) throws -> Page<CoverageGap> {
        try store.gaps(filter, request, in: snapshot)
    }

    package func loads(
        _ filter: ManagerLoadFilter,
        _ request: PageRequest<ManagerLoadSorting>,
        in snapshot: Snapshot
    ) throws -> Page<ManagerLoad> {
        try store.loads(filter, request, in: snapshot)
    }

    /// Says who looks after a customer from now on; the manager becomes its owner as well.
    package func assign(
        _ new: NewManagerAssignment,
        to id: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ManagerAssignment {
        let customer = try customers.find(id, in: transaction)
        guard customer.archivedAt == nil else {
            throw ServiceError.notAllowedNow("the customer is archived", allowed: [])
        }
        let old = try store.active(of: id, in: transaction)
        if let old, old.pair == new.pair { return old }
        try demand(new.pair, in: transaction)
        let active = try replace(old, with: new, of: id, by: occasion, in: transaction)
        var details = customer.details
        details.ownerID = new.pair.managerID
        _ = try customers.change(customer, to: details, by: occasion, in: transaction)
        return active
    }

    /// Ends an assignment and begins another.
    func replace(
        _ old: ManagerAssignment?,
        with new: NewManagerAssignment,
        of customer: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ManagerAssignment {
        try store.insert(new, of: customer, by: occasion, in: transaction)
        let active = try find(of: customer, in: transaction)
        try journal.append(
            "customer.manager-assigned",
            Subject(.customer, customer),
            changes: describe(old, active),
            by: occasion,
            in: transaction
        )
        return active
    }

    private func demand(_ pair: ManagerPair, in transaction: Transaction) throws {
        var refusals = try [
            staff.refusal(of: pair.managerID, "/managerId", in: transaction),
            staff.refusal(of: pair.deputyID, "/deputyId", in: transaction),
        ]
        .compactMap { $0 }
        if pair.deputyID == pair.managerID {
            refusals.append(.init("/deputyId", "must not be the manager"))
        }
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
    }
}
