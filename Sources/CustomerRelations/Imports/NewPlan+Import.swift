// SPDX-License-Identifier: Apache-2.0

extension NewPlan: ImportedRecord {
    package static let importKind = Import.Kind.plans

    package var owner: CustomerName? { customer }

    package var externalName: String? { nil }

    /// Customer and period name a plan.
    package var twin: ImportTwin? { nil }

    package func put(
        _ row: ImportRow<NewPlan>,
        into work: inout ImportWork
    ) throws -> ImportVerdict {
        let plans = work.rules.plans
        guard let owner = try work.find(customer, known: row.customer) else {
            throw ServiceError.notFound
        }
        let known = try plans.known(of: owner, period, in: work.transaction)
        guard known?.details != details else { return .unchanged }
        try work.demandPresent(owner, as: customer)
        let id = try plans.enter(
            details,
            of: owner,
            period,
            in: known,
            at: work.occasion.at,
            in: work.transaction
        )
        return known == nil ? .created(id.rawValue) : .updated(id.rawValue)
    }
}
