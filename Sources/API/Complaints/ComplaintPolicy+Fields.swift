// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import JSON
import Routing

extension ComplaintTerms {
    static let fields: Fields<ComplaintTerms> = Fields(
        "ComplaintTerms",
        {
            ComplaintTerms(
                answerHours: $0,
                keyAnswerHours: $1,
                remedyDays: $2,
                keyRemedyDays: $3,
                businessHours: $4,
                holidays: $5,
                leaderID: $6,
                contact: ComplaintContact(
                    department: $7,
                    phone: $8,
                    email: $9,
                    address: $10,
                    openingHours: $11
                ),
                causeDetails: $12
            )
        },
        readOnly: ["version"],
        Field("answerHours", \.answerHours, .integer(hours), "Until the first answer is due."),
        Field("keyAnswerHours", \.keyAnswerHours, .integer(hours), "For a key customer."),
        Field("remedyDays", \.remedyDays, .integer(days), "Business days for the remedy."),
        Field("keyRemedyDays", \.keyRemedyDays, .integer(days), "For a key customer."),
        Field(
            "businessHours",
            \.businessHours,
            .array(of: .object(WorkingInterval.fields), maxItems: businessHoursLimit),
            default: [],
            "When the desk works; all of Monday to Friday, if empty."
        ),
        Field(
            "holidays",
            \.holidays,
            .array(of: .day, maxItems: holidayLimit),
            default: [],
            "No business days, whatever the hours say."
        ),
        Field(optional: "leaderId", \.leaderID, .id(), "To whom a breach is addressed."),
        Field(
            optional: "department",
            \.contact.department,
            .string(maxLength: 200),
            "Who takes complaints."
        ),
        Field(optional: "phone", \.contact.phone, .string(maxLength: 100)),
        Field(optional: "email", \.contact.email, .string(maxLength: 254)),
        Field(optional: "address", \.contact.address, .string(maxLength: 500)),
        Field(optional: "openingHours", \.contact.openingHours, .string(maxLength: 200)),
        Field(
            "causeDetails",
            \.causeDetails,
            .array(of: .object(CauseDetails.fields), maxItems: Complaint.Cause.allCases.count),
            default: [],
            "What each cause is told apart by."
        )
    )
}

extension CauseDetails {
    static let fields: Fields<CauseDetails> = Fields(
        "CauseDetails",
        CauseDetails.init,
        Field("cause", \.cause, .enumeration()),
        Field(
            "details",
            \.details,
            .array(
                of: .string(maxLength: ComplaintTerms.causeDetailLength),
                maxItems: ComplaintTerms.causeDetailLimit
            )
        )
    )
}

extension ComplaintPolicy: Versioned {
    static let fields: Representation<ComplaintPolicy> = Representation(
        "ComplaintPolicy",
        ComplaintTerms.fields.representation.lifted(\.terms) + [
            Member("version", \.version, .integer(1...Int.max), "Rises with each change.")
        ]
    )
}

/// What the public is told of the desk (M57, 程序公示).
struct ComplaintProcedure: Sendable {
    let policy: ComplaintPolicy

    /// A step, and what is done in it.
    struct Step: Sendable {
        let name: Complaint.Step
        let meaning: String
    }

    static let steps = [
        Step(name: .listen, meaning: "We let you speak, and write it down in your words."),
        Step(name: .assess, meaning: "We judge each point, and tell you why."),
        Step(name: .remedy, meaning: "We agree a remedy with you, and carry it out."),
        Step(name: .followUp, meaning: "We ask you whether it helped."),
    ]

    static let fields: Representation<ComplaintProcedure> = Representation(
        "ComplaintProcedure",
        [
            Member("department", \.policy.terms.contact.department, .string(maxLength: 200)),
            Member("phone", \.policy.terms.contact.phone, .string(maxLength: 100)),
            Member("email", \.policy.terms.contact.email, .string(maxLength: 254)),
            Member("address", \.policy.terms.contact.address, .string(maxLength: 500)),
            Member("openingHours", \.policy.terms.contact.openingHours, .string(maxLength: 200)),
            Member("channels", { _ in Complaint.Channel.allCases }, .array(of: .enumeration())),
            Member("steps", { _ in steps }, .array(of: .object(stepFields))),
            Member("answerHours", \.policy.terms.answerHours, .integer(ComplaintTerms.hours)),
            Member("remedyDays", \.policy.terms.remedyDays, .integer(ComplaintTerms.days)),
        ]
    )

    private static let stepFields: Representation<Step> = Representation(
        "ComplaintProcedureStep",
        [
            Member("name", \.name, .enumeration()),
            Member("meaning", \.meaning, .string(maxLength: 200)),
        ]
    )
}
