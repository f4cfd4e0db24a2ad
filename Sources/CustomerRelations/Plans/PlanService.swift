// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Plans for customers, of which no two overlap.
package struct PlanService: Sendable {
    private let store = PlanStore()
    private let touched = WarningStore()
    private let customers: CustomerService
    private let zone: CivilTimeZone
    private let journal: Journal
    private let describe: Describe<Plan>

    /// The zone's calendar says when a period begins.
    package init(
        customers: CustomerService,
        zone: CivilTimeZone,
        journal: Journal,
        describe: @escaping Describe<Plan>
    ) {
        self.customers = customers
        self.zone = zone
        self.journal = journal
        self.describe = describe
    }

    package func find(
        of customer: ID<Customer>,
        _ period: String,
        in snapshot: Snapshot
    ) throws -> Plan {
        guard let period = PlanPeriod(period),
            let plan = try store.find(of: kept(customer, in: snapshot), period, in: snapshot)
        else { throw ServiceError.notFound }
        return plan
    }

    package func list(
        _ filter: PlanFilter,
        _ request: PageRequest<PlanSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Plan> {
        try store.page(filter, request, in: snapshot)
    }

    /// The plan that stands for this customer and period; nil if there is none yet.
    package func known(
        of customer: ID<Customer>,
        _ period: String,
        in snapshot: Snapshot
    ) throws -> Plan? {
        try store.find(of: kept(customer, in: snapshot), PlanPeriod.demand(period), in: snapshot)
    }

    /// Makes a plan, or puts other figures in the place of the plan that is known.
    package func put(
        _ details: PlanDetails,
        of customer: ID<Customer>,
        _ period: String,
        in place: Plan?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Plan {
        guard details != place?.details else {
            return try find(of: customer, period, in: transaction)
        }
        try customers.demandPresent(kept(customer, in: transaction), in: transaction)
        let id = try enter(
            details,
            of: customer,
            period,
            in: place,
            at: occasion.at,
            in: transaction
        )
        let plan = try find(of: customer, period, in: transaction)
        try journal.append(
            place == nil ? "plan.created" : "plan.changed",
            Subject(.plan, id),
            changes: describe(place, plan),
            by: occasion,
            in: transaction
        )
        try touched.touch(plan.customerID, in: transaction)
        return plan
    }

    /// Enters a plan, unless it overlaps others of its customer.
    func enter(
        _ details: PlanDetails,
        of customer: ID<Customer>,
        _ period: String,
        in place: Plan?,
        at now: Instant,
        in transaction: Transaction
    ) throws -> ID<Plan> {
        let period = try PlanPeriod.demand(period)
        try details.demand()
        if let place {
            try store.update(place.id, to: details, at: now, in: transaction)
            return place.id
        }
        guard try CustomerStore().exists(customer, in: transaction) else {
            throw ServiceError.notFound
        }
        let customer = try kept(customer, in: transaction)
        let range = period.range(in: zone)
        let others = try store.overlapping(range, of: customer, in: transaction)
        guard others.isEmpty else { throw ServiceError.overlappingPlan(others) }
        let id = try store.insert(details, of: customer, period, range, at: now, in: transaction)
        guard let id else { throw ServiceError.notFound }
        return id
    }

    package func delete(
        _ plan: Plan,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try store.delete(plan.id, in: transaction)
        try journal.append(
            "plan.deleted",
            Subject(.plan, plan.id),
            changes: describe(nil, plan),
            by: occasion,
            in: transaction
        )
        try touched.touch(plan.customerID, in: transaction)
    }

    /// Plans of a customer that was merged are those of whom it is part of.
    private func kept(_ customer: ID<Customer>, in snapshot: Snapshot) throws -> ID<Customer> {
        try customers.kept(customer, in: snapshot) ?? customer
    }
}
