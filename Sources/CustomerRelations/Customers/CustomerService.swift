// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// The customer file (客户档案): creating, finding, changing and archiving customers.
package struct CustomerService: Sendable {
    private let store = CustomerStore()
    private let staff = StaffStore()
    private let managers = ManagerStore()
    private let threads = SingleThreadStore()
    private let merges = MergeStore()
    private let lifecycles = LifecycleStore()
    private let journal: Journal
    private let describe: Describe<CustomerDetails>

    package init(journal: Journal, describe: @escaping Describe<CustomerDetails>) {
        self.journal = journal
        self.describe = describe
    }

    package func find(_ id: ID<Customer>, in snapshot: Snapshot) throws -> Customer {
        guard let customer = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return customer
    }

    package func find(externalID: String, in snapshot: Snapshot) throws -> Customer? {
        guard let id = try store.id(externalID: externalID, in: snapshot) else { return nil }
        return try store.find(id, in: snapshot)
    }

    /// The customer that stands for one, through however many merges; nil for nil.
    package func kept(_ id: ID<Customer>?, in snapshot: Snapshot) throws -> ID<Customer>? {
        try merges.kept(of: id, in: snapshot)
    }

    func isArchived(_ id: ID<Customer>, in snapshot: Snapshot) throws -> Bool {
        try store.isArchived(id, in: snapshot)
    }

    func exists(_ id: ID<Customer>, in snapshot: Snapshot) throws -> Bool {
        try store.exists(id, in: snapshot)
    }

    /// A customer as other records name it.
    func reference(to id: ID<Customer>, in snapshot: Snapshot) throws -> CustomerReference {
        guard let reference = try store.reference(id, in: snapshot) else {
            throw ServiceError.notFound
        }
        return reference
    }

    /// The external id of a customer; nil where it has none.
    package func externalID(
        of id: ID<Customer>,
        in snapshot: Snapshot
    ) throws -> String? {
        guard let externalID = try store.externalID(of: id, in: snapshot) else {
            throw ServiceError.notFound
        }
        return externalID
    }

    /// The customers that have a phone number, however it was typed.
    package func references(
        phone: PhoneNumber,
        in snapshot: Snapshot
    ) throws -> [CustomerReference] {
        try store.references(phone: phone.e164, in: snapshot)
    }

    package func list(
        _ filter: CustomerFilter,
        _ request: PageRequest<CustomerSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Customer> {
        try store.page(filter, request, in: snapshot)
    }

    /// How many places each list of a customer takes up at most, by its name.
    package func places(in snapshot: Snapshot) throws -> [String: Int] {
        try store.places(in: snapshot)
    }

    package func create(
        _ details: CustomerDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Customer {
        try staff.demand(details.ownerID, "/ownerId", in: transaction)
        try demandFree(details.externalID, for: nil, in: transaction)
        guard let id = try store.insert(details, at: occasion.at, in: transaction) else {
            throw ServiceError.notFound
        }
        try record("customer.created", id, nil, details, by: occasion, in: transaction)
        return try find(id, in: transaction)
    }

    /// Replaces what is recorded of a customer; a change that changes nothing leaves no trace.
    package func change(
        _ customer: Customer,
        to details: CustomerDetails,
        because reason: String? = nil,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Customer {
        guard details != customer.details else { return customer }
        guard customer.archivedAt == nil else {
            throw ServiceError.notAllowedNow("the customer is archived", allowed: [])
        }
        if details.ownerID != customer.details.ownerID {
            try staff.demand(details.ownerID, "/ownerId", in: transaction)
        }
        try customer.details.lifecycle.demand(canBecome: details.lifecycle)
        if details.role != customer.details.role {
            try ChainRules().demand(details.role, for: customer.id, in: transaction)
        }
        try demandFree(details.externalID, for: customer.id, in: transaction)
        if details.externalID != customer.details.externalID {
            try giveBack(customer, by: occasion, in: transaction)
        }
        try store.update(customer.id, to: details, at: occasion.at, in: transaction)
        if details.lifecycle != customer.details.lifecycle {
            try lifecycles.insert(
                details.lifecycle,
                after: customer.details.lifecycle,
                of: customer.id,
                because: reason,
                by: occasion,
                in: transaction
            )
        }
        if details.creditLimit != customer.details.creditLimit {
            try WarningStore().touch(customer.id, in: transaction)
        }
        if details.kind != customer.details.kind {
            try threads.watch(customer.id, at: occasion.at, in: transaction)
        }
        try record(
            "customer.changed",
            customer.id,
            customer.details,
            details,
            by: occasion,
            in: transaction
        )
        return try find(customer.id, in: transaction)
    }

    /// Gives the external id of a customer back to the one whose it was before they were merged, so
    /// that it goes on leading here.
    private func giveBack(
        _ customer: Customer,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        guard let externalID = customer.details.externalID,
            let giver = try merges.giver(of: externalID, to: customer.id, in: transaction)
        else { return }
        try store.releaseExternalID(of: customer.id, in: transaction)
        let old = try find(giver, in: transaction).details
        var new = old
        new.externalID = externalID
        try store.update(giver, to: new, at: occasion.at, in: transaction)
        try record("customer.changed", giver, old, new, by: occasion, in: transaction)
    }

    /// Says what the relation with a customer has become, and why.
    package func move(
        _ customer: Customer,
        _ move: LifecycleMove,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Customer {
        var details = customer.details
        details.lifecycle = move.lifecycle
        return try change(
            customer,
            to: details,
            because: move.reason,
            by: occasion,
            in: transaction
        )
    }

    /// How far the relation with a customer has come, and how it came there.
    package func lifecycle(
        of id: ID<Customer>,
        in snapshot: Snapshot
    ) throws -> LifecycleHistory {
        let customer = try find(id, in: snapshot)
        let changes = try lifecycles.changes(of: id, in: snapshot)
        let first = LifecycleChange(
            origin: nil,
            lifecycle: changes.first?.origin ?? customer.details.lifecycle,
            at: customer.createdAt,
            actor: nil,
            reason: nil
        )
        return LifecycleHistory(
            customerID: id,
            changes: [first] + changes,
            lifecycle: customer.details.lifecycle,
            version: customer.version
        )
    }

    /// Archives a customer: it leaves lists and searches and stays readable by id.
    package func archive(
        _ customer: Customer,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        guard customer.archivedAt == nil else { return }
        try store.archive(customer.id, at: occasion.at, in: transaction)
        try managers.end(of: customer.id, at: occasion.at, in: transaction)
        try threads.touch(customer.id, at: occasion.at, in: transaction)
        try journal.append(
            "customer.archived",
            Subject(.customer, customer.id),
            changes: "{}",
            by: occasion,
            in: transaction
        )
    }

    /// The one customer that a record names; an unknown phone makes a prospect with this source.
    func resolve(
        _ name: CustomerName,
        makingProspectFrom source: CustomerSource,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ID<Customer> {
        switch name {
        case .id(let id):
            return try demand(id, in: transaction)
        case .externalID(let externalID):
            guard let id = try store.id(externalID: externalID, in: transaction) else {
                throw ServiceError.refused(
                    "/customerExternalId",
                    "there is no customer with the external id \(externalID)"
                )
            }
            return try present(id, "/customerExternalId", in: transaction)
        case .phone(let number):
            let known = try store.references(phone: number.e164, in: transaction)
            guard known.count <= 1 else { throw ServiceError.ambiguousPhone(known) }
            if let only = known.first { return only.id }
            let prospect = CustomerDetails(
                kind: .individual,
                name: number.typed,
                phones: [CustomerPhone(number)],
                source: source
            )
            return try create(prospect, by: occasion, in: transaction).id
        }
    }

    /// The customer that an input names, or whose part that one has become; refuses one who is not
    /// there or archived.
    func demand(_ id: ID<Customer>, in snapshot: Snapshot) throws -> ID<Customer> {
        try present(merges.kept(id, in: snapshot), "/customerId", in: snapshot)
    }

    /// Refuses to record more of a customer who is archived.
    func demandPresent(_ id: ID<Customer>, in snapshot: Snapshot) throws {
        guard try !store.isArchived(id, in: snapshot) else {
            throw ServiceError.notAllowedNow("the customer is archived", allowed: [])
        }
    }

    /// A customer about whom something is to be recorded, who must not be archived.
    private func present(
        _ id: ID<Customer>,
        _ pointer: String,
        in snapshot: Snapshot
    ) throws -> ID<Customer> {
        guard let isPresent = try store.isPresent(id, in: snapshot) else {
            throw ServiceError.refused(pointer, "there is no customer \(id.rawValue)")
        }
        guard isPresent else {
            throw ServiceError.refused(pointer, "names a customer who is archived")
        }
        return id
    }

    private func demandFree(
        _ externalID: String?,
        for customer: ID<Customer>?,
        in transaction: Transaction
    ) throws {
        guard let externalID,
            let holder = try store.holder(of: externalID, in: transaction), holder != customer
        else { return }
        let kept = try merges.kept(holder, in: transaction)
        guard kept != customer else {
            throw ServiceError.refused(
                "/externalId",
                "leads here already: customer \(holder.rawValue), which is part of this one, has it"
            )
        }
        throw ServiceError.duplicate(Subject(.customer, kept))
    }

    /// Replaces what is recorded of a customer into which another one was merged, or from which it
    /// was parted.
    func replace(
        _ customer: Customer,
        with details: CustomerDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Customer {
        try store.update(customer.id, to: details, at: occasion.at, in: transaction)
        if details != customer.details {
            try record(
                "customer.changed",
                customer.id,
                customer.details,
                details,
                by: occasion,
                in: transaction
            )
        }
        return try find(customer.id, in: transaction)
    }

    /// Takes a customer away that has become part of another, which may have its external id, and has
    /// its people.
    func close(
        _ customer: Customer,
        keepingName: Bool,
        at now: Instant,
        in transaction: Transaction
    ) throws {
        if !keepingName, customer.details.externalID != nil {
            var details = customer.details
            details.externalID = nil
            try store.update(customer.id, to: details, at: now, in: transaction)
        } else {
            try store.rewriteText(of: customer.id, in: transaction)
        }
        try store.archive(customer.id, at: now, in: transaction)
    }

    /// Has a customer be there again, with its external id, unless somebody has that now, and
    /// without an owner who has left.
    func reopen(
        _ customer: Customer,
        named externalID: String?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let old = customer.details
        var new = old
        if let externalID, try store.holder(of: externalID, in: transaction) == nil {
            new.externalID = externalID
        }
        new.ownerID = try staff.present(old.ownerID, in: transaction)
        try store.update(customer.id, to: new, at: occasion.at, in: transaction)
        try store.restore(customer.id, in: transaction)
        guard new != old else { return }
        try record("customer.changed", customer.id, old, new, by: occasion, in: transaction)
    }

    private func record(
        _ action: String,
        _ id: ID<Customer>,
        _ old: CustomerDetails?,
        _ new: CustomerDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try journal.append(
            action,
            Subject(.customer, id),
            changes: describe(old, new),
            by: occasion,
            in: transaction
        )
    }
}

/// How a record names its customer.
package enum CustomerName: Sendable {
    case id(ID<Customer>)
    case externalID(String)
    case phone(PhoneNumber)

    /// The member that gives it.
    var pointer: String {
        switch self {
        case .id: "/customerId"
        case .externalID: "/customerExternalId"
        case .phone: "/phone"
        }
    }
}

extension Result where Success == CustomerName, Failure == ServiceError {
    /// What is wrong with how a customer is named, and whether none is.
    var refusals: (all: [ServiceError.Refusal], isMissing: Bool) {
        switch self {
        case .failure(.customerMissing(let refusals)): (refusals, true)
        case .failure(.refused(let refusals)): (refusals, false)
        default: ([], false)
        }
    }
}
