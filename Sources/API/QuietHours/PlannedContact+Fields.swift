// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension PlannedContact: Versioned {}

extension NewPlannedContact {
    static let fields: Fields<NewPlannedContact> = Fields(
        "NewPlannedContact",
        NewPlannedContact.init,
        Field("customerId", \.customerID, .id()),
        Field("channel", \.channel, .enumeration(), "The way it is to take."),
        Field("plannedAt", \.plannedAt, .instant),
        Field("purpose", \.purpose, .string(maxLength: 1000), "What it is for."),
        Field(
            optional: "staffId",
            \.staffID,
            .id(),
            "Who is to make it; whom the token belongs to, if nobody is named."
        ),
        Field(
            optional: "override",
            \.overrideReason,
            .object(override),
            "To be made even in quiet hours."
        ),
        Field(
            optional: "actFirst",
            \.actFirst,
            .object(ComplaintReason.fields),
            "To override them before that is approved, where the policy allows that."
        )
    )

    fileprivate static let override: Fields<String> = Fields(
        "NewQuietHoursOverride",
        { $0 },
        Field("reason", { $0 }, .string(maxLength: 2000))
    )
}

extension PlannedContactDetails {
    static let fields: Fields<PlannedContactDetails> = Fields(
        "PlannedContactChange",
        PlannedContactDetails.init,
        readOnly: [
            "id", "customerId", "status", "interactionId", "reason", "version", "createdAt",
            "updatedAt",
        ],
        Field("channel", \.channel, .enumeration(), "The way it is to take."),
        Field("plannedAt", \.plannedAt, .instant),
        Field("purpose", \.purpose, .string(maxLength: 1000), "What it is for."),
        Field(optional: "staffId", \.staffID, .id(), "Who is to make it."),
        Field(
            optional: "override",
            \.overrideReason,
            .object(NewPlannedContact.override),
            "To be made even in quiet hours."
        ),
        Field(
            optional: "actFirst",
            \.actFirst,
            .object(ComplaintReason.fields),
            "To override them before that is approved, where the policy allows that."
        )
    )
}

extension QuietHoursOverride {
    static let fields: Representation<QuietHoursOverride> = Representation(
        "QuietHoursOverride",
        [
            Member("rule", \.rule, .slug(maxLength: 50), "The rule that forbade it."),
            Member("reason", \.reason, .string(maxLength: 2000)),
        ]
    )
}

extension PlannedContact {
    static let fields: Representation<PlannedContact> = Representation(
        "PlannedContact",
        [
            Member("id", \.id, .id()),
            Member("customerId", \.customerID, .id()),
            Member("channel", \.channel, .enumeration()),
            Member("plannedAt", \.plannedAt, .instant),
            Member("purpose", \.purpose, .string(maxLength: 1000)),
            Member("staffId", \.staffID, .id(), "Who is to make it."),
            Member("override", \.overridden, .object(QuietHoursOverride.fields)),
            Member("status", \.status, .enumeration()),
            Member("interactionId", \.interactionID, .id(), "What it became."),
            Member("reason", \.reason, .string(maxLength: 2000), "Why it was cancelled."),
            Member("version", \.version, .integer(1...Int.max)),
            Member("createdAt", \.createdAt, .instant),
            Member("updatedAt", \.updatedAt, .instant),
        ]
    )
}

/// What became of a contact that was planned.
struct PlannedContactOutcome: Sendable {
    let interactionID: ID<Interaction>?

    static let fields: Fields<PlannedContactOutcome> = Fields(
        "PlannedContactOutcome",
        PlannedContactOutcome.init,
        Field(optional: "interactionId", \.interactionID, .id(), "What it became.")
    )
}

extension PlannedContactFilter {
    static let fields: Fields<PlannedContactFilter> = Fields(
        nil,
        PlannedContactFilter.init,
        Field(optional: "status", \.status, .enumeration()),
        Field(optional: "customerId", \.customerID, .id()),
        Field(optional: "staffId", \.staffID, .id()),
        Field(optional: "since", \.since, .instantOrDay, "Planned for then or later."),
        Field(optional: "until", \.until, .instantOrDay, "Planned for before.")
    )
}
