// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension PhoneCall: Versioned {}

extension CallReport {
    static let fields: Fields<CallReport> = Fields(
        "CallReport",
        {
            CallReport(
                externalID: $0,
                event: $1,
                at: $2,
                phone: $3,
                direction: $4,
                customerID: $5,
                staffID: $6,
                summary: $7,
                matter: Matter(subject: $8, description: $9, cause: $10, severity: $11)
            )
        },
        Field("externalId", \.externalID, .externalID, "The telephone system's name of the call."),
        Field("event", \.event, .enumeration()),
        Field(optional: "at", \.at, .instant, "Now, if not given."),
        Field(
            optional: "phone",
            \.phone,
            .phoneNumber,
            "The number of the other side; required of a call that starts without `customerId`."
        ),
        Field(optional: "direction", \.direction, .enumeration(), "`inbound`, if not given."),
        Field(
            optional: "customerId",
            \.customerID,
            .id(),
            "The customer, where the number alone does not tell."
        ),
        Field(
            optional: "staffId",
            \.staffID,
            .id(),
            "Who takes the call; whom the token belongs to, if not given, once it is answered."
        ),
        Field(
            optional: "summary",
            \.summary,
            .string(maxLength: 4000),
            "What was said; with `ended`."
        ),
        Field(
            optional: "subject",
            \.matter.subject,
            .string(maxLength: 200),
            "Opens a complaint under the call's external id, or names the one that has it."
        ),
        Field(optional: "description", \.matter.description, .string(maxLength: 8000)),
        Field(optional: "cause", \.matter.cause, .enumeration()),
        Field(optional: "severity", \.matter.severity, .enumeration())
    )
}

extension PhoneCall {
    package static let fields: Representation<PhoneCall> = Representation(
        "Call",
        [
            Member("id", \.id, .id()),
            Member("externalId", \.state.externalID, .externalID),
            Member("status", \.state.status, .enumeration(), "What happened last."),
            Member("direction", \.state.direction, .enumeration()),
            Member(
                "phone",
                \.state.phone,
                .string(maxLength: PhoneNumber.lengthLimit),
                "Unless withheld."
            ),
            Member("staffId", \.state.staffID, .id(), "Who took it."),
            Member("customerId", \.state.customerID, .id()),
            Member("startedAt", \.state.startedAt, .instant),
            Member("answeredAt", \.state.answeredAt, .instant),
            Member("endedAt", \.state.endedAt, .instant),
            Member("interactionId", \.state.interactionID, .id(), "What the call was recorded as."),
            Member("complaintId", \.state.complaintID, .id(), "What it is about."),
            Member("version", \.version, .integer(1...Int.max)),
            Member("createdAt", \.createdAt, .instant),
            Member("updatedAt", \.updatedAt, .instant),
        ]
    )
}

extension PhoneCallFilter {
    static let fields: Fields<PhoneCallFilter> = Fields(
        nil,
        PhoneCallFilter.init,
        Field(optional: "customerId", \.customerID, .id()),
        Field(optional: "staffId", \.staffID, .id()),
        Field(optional: "since", \.since, .instantOrDay, "Started then or later."),
        Field(optional: "until", \.until, .instantOrDay, "Started before.")
    )
}
