// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension Contact: Versioned {}

extension ContactDetails {
    static let fields: Fields<ContactDetails> = Fields(
        "NewContact",
        ContactDetails.init,
        readOnly: [
            "id", "customerId", "phoneNumbers", "version", "createdAt", "updatedAt", "archivedAt",
        ],
        Field("name", \.name, .string(maxLength: 200)),
        Field(optional: "title", \.title, .string(maxLength: 100), "The position, 职务."),
        Field(optional: "department", \.department, .string(maxLength: 100)),
        Field(
            optional: "reportsToId",
            \.reportsToID,
            .id(),
            "Another contact of the customer; absent at the top."
        ),
        Field(
            optional: "buyingRole",
            \.buyingRole,
            .enumeration(),
            "What the person has to say when something is bought."
        ),
        Field(optional: "influence", \.influence, .integer(influences), "10 is most."),
        Field(
            "phones",
            \.phones,
            .array(of: .object(CustomerPhone.fields), maxItems: 20),
            default: [],
            "Phone numbers as typed; found however they are typed."
        ),
        Field("emails", \.emails, .array(of: .email, maxItems: 20), default: [])
    )
}

extension Contact {
    static let fields: Representation<Contact> = Representation(
        "Contact",
        [Member("id", \.id, .id()), Member("customerId", \.customerID, .id())]
            + ContactDetails.fields.representation.lifted(\.details) + [
                Member(
                    "phoneNumbers",
                    { $0.details.phones.map(\.e164) },
                    .array(of: .string(maxLength: 20)),
                    "The phone numbers as E.164."
                ),
                Member("version", \.version, .integer(1...Int.max)),
                Member("createdAt", \.createdAt, .instant),
                Member("updatedAt", \.updatedAt, .instant),
                Member("archivedAt", \.archivedAt, .instant, "When it left."),
            ]
    )

    /// What the journal says: it knows the contact and when by itself.
    static let journalled = fields.leaving(
        out: ["id", "phoneNumbers", "version", "createdAt", "updatedAt", "archivedAt"]
    )
}

extension ContactFilter {
    static let fields: Fields<ContactFilter> = Fields(
        nil,
        ContactFilter.init,
        Field(optional: "buyingRole", \.buyingRole, .enumeration())
    )
}
