// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension Customer: Versioned {}

extension CustomerDetails {
    package static let fields: Fields<CustomerDetails> = Fields(
        "NewCustomer",
        CustomerDetails.init,
        readOnly: [
            "id", "phoneNumbers", "tier", "stage", "version", "createdAt", "updatedAt",
            "archivedAt",
        ],
        Field("kind", \.kind, .enumeration(), "A person or an organization."),
        Field("role", \.role, .enumeration(), default: .end, "The place in the chain of trade."),
        Field("name", \.name, .string(maxLength: 200), "The name, 客户名称."),
        Field(
            optional: "externalId",
            \.externalID,
            .externalID,
            "The name another system gave it, unique."
        ),
        Field(
            "phones",
            \.phones,
            .array(of: .object(CustomerPhone.fields), maxItems: CustomerDetails.phoneLimit),
            default: [],
            "Phone numbers as typed; found however they are typed."
        ),
        Field(
            "emails",
            \.emails,
            .array(of: .email, maxItems: CustomerDetails.emailLimit),
            default: [],
            "E-mail addresses."
        ),
        Field(optional: "source", \.source, .object(CustomerSource.fields), "Where it came from."),
        Field(
            "lifecycle",
            \.lifecycle,
            .enumeration(),
            default: .prospect,
            "How far the relation has come."
        ),
        Field(optional: "ownerId", \.ownerID, .id(), "Who looks after it."),
        Field(
            "tags",
            \.tags,
            .array(of: .string(maxLength: 50), maxItems: CustomerDetails.tagLimit),
            default: [],
            "Free words."
        ),
        Field(optional: "timeZone", \.timeZone, .timeZone, "The customer's own time zone."),
        Field(optional: "creditLimit", \.creditLimit, .amount, "The most it may owe."),
        Field(
            optional: "profile",
            \.profile,
            .openObject("Groups of facts, such as `basic` and `consumption`."),
            "Groups of facts about it."
        )
    )
}

extension CustomerPhone {
    static let fields: Fields<CustomerPhone> = Fields(
        "Phone",
        { CustomerPhone($0, label: $1) },
        Field(
            "number",
            \.typed,
            writes: .string(maxLength: PhoneNumber.lengthLimit),
            reads: .phoneNumber,
            "The number as typed."
        ),
        Field(optional: "label", \.label, .string(maxLength: 50), "What it is, such as mobile.")
    )
}

extension CustomerSource {
    static let fields: Fields<CustomerSource> = Fields(
        "CustomerSource",
        CustomerSource.init,
        Field("channel", \.channel, .enumeration(), "The acquisition channel."),
        Field(optional: "detail", \.detail, .string(maxLength: 200), "More about it.")
    )
}

extension Customer {
    package static let fields: Representation<Customer> = Representation(
        "Customer",
        [Member("id", \.id, .id(), "The identifier.")]
            + CustomerDetails.fields.representation.lifted(\.details) + [
                Member(
                    "phoneNumbers",
                    \.phoneNumbers,
                    .array(of: .string(maxLength: 20)),
                    "The phone numbers as E.164."
                ),
                Member("tier", \.tier, .enumeration(), "The tier in the latest tier run."),
                Member("stage", \.stage, .enumeration(), "How much of its purchases are ours."),
                Member("version", \.version, .integer(1...Int.max), "Counts the changes."),
                Member("createdAt", \.createdAt, .instant, "When it was recorded."),
                Member("updatedAt", \.updatedAt, .instant, "When it was last changed."),
                Member("archivedAt", \.archivedAt, .instant, "When it was archived."),
            ]
    )
}

extension Customer {
    fileprivate var phoneNumbers: [String] {
        details.phones.map(\.e164)
    }
}

extension CustomerReference {
    static let fields: Representation<CustomerReference> = Representation(
        "CustomerReference",
        [
            Member("id", \.id, .id()),
            Member("name", \.name, .string(maxLength: 200)),
            Member("tier", \.tier, .enumeration()),
        ]
    )
}

extension CustomerFilter {
    static let fields: Fields<CustomerFilter> = Fields(
        nil,
        CustomerFilter.init,
        Field(
            optional: "q",
            \.text,
            .string(maxLength: 200),
            "Part of name, phone, e-mail or external id."
        ),
        Field(optional: "tier", \.tier, .enumeration()),
        Field(optional: "stage", \.stage, .enumeration()),
        Field(optional: "lifecycle", \.lifecycle, .enumeration()),
        Field(optional: "kind", \.kind, .enumeration()),
        Field(optional: "ownerId", \.ownerID, .id()),
        Field(optional: "tag", \.tag, .string(maxLength: 50)),
        Field(optional: "updatedSince", \.updatedSince, .instant)
    )
}
