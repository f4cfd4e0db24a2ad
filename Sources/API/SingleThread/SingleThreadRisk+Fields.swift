// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension SingleThreadTerms {
    static let fields: Fields<SingleThreadTerms> = Fields(
        "SingleThreadTerms",
        SingleThreadTerms.init,
        readOnly: ["version"],
        Field(
            "people",
            \.people,
            .integer(peopleRange),
            "How many people are wanted on either side."
        ),
        Field("days", \.days, .integer(dayRange), "In how many days of 24 hours."),
        Field(
            "tiers",
            \.tiers,
            .array(of: .enumeration(), maxItems: Tier.allCases.count),
            default: [.key],
            "The tiers whose enterprises are watched."
        )
    )
}

extension SingleThreadPolicy: Versioned {
    static let fields: Representation<SingleThreadPolicy> = Representation(
        "SingleThreadPolicy",
        SingleThreadTerms.fields.representation.lifted(\.terms) + [
            Member("version", \.version, .integer(1...Int.max), "Rises with each change.")
        ]
    )
}

extension SingleThreadRisk {
    static let fields: Representation<SingleThreadRisk> = Representation(
        "SingleThreadRisk",
        [
            Member("customerId", \.customerID, .id()),
            Member("atRisk", \.isAtRisk, .boolean, "Whether either side has too few people."),
            Member("reasons", \.reasons, .array(of: .enumeration()), "Which side, or both."),
            Member(
                "since",
                \.since,
                .instant,
                "Since when; absent where there never were enough people and nobody was warned."
            ),
            Member(
                "watched",
                \.isWatched,
                .boolean,
                "Whether the policy has this customer warned of."
            ),
            Member("people", \.terms.people, .integer(SingleThreadTerms.peopleRange)),
            Member("days", \.terms.days, .integer(SingleThreadTerms.dayRange)),
            Member("activeContacts", \.activity.contacts.count, .count),
            Member("activeStaff", \.activity.staff.count, .count),
        ] + SingleThreadActivity.fields.lifted(\.activity)
    )
}

extension SingleThreadActivity {
    static let fields: Representation<SingleThreadActivity> = Representation(
        nil,
        [
            Member(
                "contacts",
                \.contacts,
                .array(of: .object(ActivePerson.fields)),
                "The customer's people who were active, the last one first."
            ),
            Member("staff", \.staff, .array(of: .object(ActivePerson.fields)), "And ours."),
        ]
    )
}

extension ActivePerson {
    static let fields: Representation<ActivePerson> = Representation(
        "ActivePerson",
        [
            Member("id", \.id, .number),
            Member("name", \.name, .string(maxLength: 200)),
            Member("lastActiveAt", \.lastActiveAt, .instant),
        ]
    )
}

extension SingleThreadChange {
    static let fields: Representation<SingleThreadChange> = Representation(
        nil,
        [
            Member("since", \.since, .instant),
            Member("reasons", \.reasons, .array(of: .enumeration())),
            Member("contactIds", { $0.activity.contacts.map(\.id) }, .array(of: .number)),
            Member("staffIds", { $0.activity.staff.map(\.id) }, .array(of: .number)),
        ]
    )
}
