// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension Plan: Versioned {}

extension PlanDetails {
    package static let fields: Fields<PlanDetails> = Fields(
        "NewPlan",
        PlanDetails.init,
        readOnly: [
            "id", "customerId", "period", "startsAt", "endsAt", "version", "createdAt", "updatedAt",
        ],
        Field(optional: "salesTarget", \.salesTarget, .amount, "What is to be sold."),
        Field(optional: "expenseBudget", \.expenseBudget, .amount, "What that may cost.")
    )
}

extension Plan {
    package static let fields: Representation<Plan> = Representation(
        "Plan",
        [
            Member("id", \.id, .id()),
            Member("customerId", \.customerID, .id()),
            Member("period", \.period, .string(maxLength: 7), "2026, 2026-Q4 or 2026-11."),
            Member("startsAt", \.startsAt, .instant),
            Member("endsAt", \.endsAt, .instant, "The first instant after it."),
        ] + PlanDetails.fields.representation.lifted(\.details) + [
            Member("version", \.version, .integer(1...Int.max)),
            Member("createdAt", \.createdAt, .instant),
            Member("updatedAt", \.updatedAt, .instant),
        ]
    )

    /// Where it is to be found.
    var path: String { "/v1/plans/\(customerID.rawValue)/\(period)" }
}

extension PlanFilter {
    static let fields: Fields<PlanFilter> = Fields(
        nil,
        PlanFilter.init,
        Field(optional: "customerId", \.customerID, .id()),
        Field(optional: "since", \.since, .instantOrDay, "Begins then or later."),
        Field(optional: "until", \.until, .instantOrDay, "Begins before.")
    )
}

/// A plan as the row of a file.
package struct PlanInput: Sendable {
    let customerID: ID<Customer>?
    let customerExternalID: String?
    let period: String
    let details: PlanDetails

    package static let fields: Fields<PlanInput> = Fields(
        "PlanRow",
        {
            PlanInput(
                customerID: $0,
                customerExternalID: $1,
                period: $2,
                details: PlanDetails(salesTarget: $3, expenseBudget: $4)
            )
        },
        Field(optional: "customerId", \.customerID, .id()),
        Field(optional: "customerExternalId", \.customerExternalID, .externalID),
        Field("period", \.period, .string(maxLength: 7)),
        Field(optional: "salesTarget", \.details.salesTarget, .amount),
        Field(optional: "expenseBudget", \.details.expenseBudget, .amount)
    )

    func plan() throws -> NewPlan {
        NewPlan(
            customer: try CustomerName(id: customerID, externalID: customerExternalID),
            period: period,
            details: details
        )
    }
}
