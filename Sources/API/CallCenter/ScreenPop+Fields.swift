// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

/// Who calls, and what the call asks for.
struct ScreenPopQuery: Sendable {
    let phone: PhoneNumber
    let customerID: ID<Customer>?
    let needs: CallNeeds

    static let fields: Fields<ScreenPopQuery> = Fields(
        nil,
        {
            ScreenPopQuery(
                phone: $0,
                customerID: $1,
                needs: CallNeeds(skill: $2, language: $3)
            )
        },
        Field("phone", \.phone, .phoneNumber, "The caller's number, however it is typed."),
        Field(
            optional: "customerId",
            \.customerID,
            .id(),
            "Which customer, where several have the number."
        ),
        Field(optional: "skill", \.needs.skill, .string(maxLength: 50), "What it is about."),
        Field(optional: "language", \.needs.language, .language, "What the caller speaks.")
    )
}

extension ScreenPop {
    static let fields: Representation<ScreenPop> = Representation(
        "ScreenPop",
        [
            Member("customer", \.customer, .object(Customer.fields)),
            Member("tier", \.customer.tier, .enumeration()),
            Member(
                "contacts",
                \.contacts,
                .array(of: .object(Contact.fields)),
                "Those of the customer's people who have the number."
            ),
            Member(
                "openComplaints",
                \.openComplaints,
                .array(of: .object(Complaint.fields)),
                "The last ten."
            ),
            Member(
                "warnings",
                \.warnings,
                .array(of: .object(CustomerWarning.fields)),
                "What is to be known before anything is said."
            ),
            Member(
                "promises",
                \.promises,
                .array(of: .object(Promise.fields)),
                "The ten open ones that are due first."
            ),
            Member(
                "recentInteractions",
                \.recentInteractions,
                .array(of: .object(Interaction.fields)),
                "The last ten."
            ),
            Member(
                "suggestedAgents",
                \.suggestedAgents,
                .array(of: .object(SuggestedAgent.fields)),
                "The five best of those who are there."
            ),
        ]
    )
}

extension SuggestedAgent {
    static let fields: Representation<SuggestedAgent> = Representation(
        "SuggestedAgent",
        [
            Member("id", \.id, .id()),
            Member("name", \.name, .string(maxLength: 200)),
            Member("score", \.score, .integer(-1000...1000), "The sum of the reasons' points."),
            Member("reasons", \.reasons, .array(of: .object(Reason.fields))),
        ]
    )
}

extension SuggestedAgent.Reason {
    static let fields: Representation<SuggestedAgent.Reason> = Representation(
        "SuggestionReason",
        [
            Member("code", \.code, .enumeration()),
            Member("text", \.text, .string(maxLength: 200)),
            Member("points", \.points, .integer(-1000...1000)),
        ]
    )
}
