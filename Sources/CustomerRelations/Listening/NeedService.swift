// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// What customers need (M45).
package struct NeedService: Sendable {
    private let store = NeedStore()
    private let customers: CustomerService
    private let journal: Journal
    private let describe: Describe<Need>

    package init(
        customers: CustomerService,
        journal: Journal,
        describe: @escaping Describe<Need>
    ) {
        self.customers = customers
        self.journal = journal
        self.describe = describe
    }

    package func find(_ id: ID<Need>, in snapshot: Snapshot) throws -> Need {
        guard let need = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return need
    }

    package func list(
        of customer: ID<Customer>,
        _ request: PageRequest<NeedSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Need> {
        _ = try customers.reference(to: customer, in: snapshot)
        return try store.page(of: customer, request, in: snapshot)
    }

    package func record(
        _ details: NeedDetails,
        of customer: ID<Customer>,
        raisedIn meeting: ID<Meeting>? = nil,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Need {
        let customer = try customers.reference(to: customer, in: transaction).id
        try customers.demandPresent(customer, in: transaction)
        let need = try store.insert(
            details,
            of: customer,
            raisedIn: meeting,
            at: occasion.at,
            in: transaction
        )
        guard let need else { throw ServiceError.notFound }
        try journal.append(
            "need.recorded",
            Subject(.need, need.id),
            changes: describe(nil, need),
            by: occasion,
            in: transaction
        )
        return need
    }

    package func change(
        _ need: Need,
        to details: NeedDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Need {
        guard details != need.details else { return need }
        try customers.demandPresent(need.customerID, in: transaction)
        try store.update(need.id, to: details, at: occasion.at, in: transaction)
        let changed = try find(need.id, in: transaction)
        try journal.append(
            "need.changed",
            Subject(.need, need.id),
            changes: describe(need, changed),
            by: occasion,
            in: transaction
        )
        return changed
    }
}
