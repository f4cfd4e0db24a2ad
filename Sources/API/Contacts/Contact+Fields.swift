// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
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
        Field("emails", \.emails, .array(of: .email, maxItems: 20), default: []),
        Field(
            optional: "externalId",
            \.externalID,
            .externalID,
            "The name another system gave it, unique."
        )
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
        Field(optional: "customerId", \.customerID, .id()),
        Field(optional: "buyingRole", \.buyingRole, .enumeration())
    )

    /// Where the path names the customer.
    static let fieldsOfCustomer: Fields<ContactFilter> = Fields(
        nil,
        { ContactFilter(buyingRole: $0) },
        Field(optional: "buyingRole", \.buyingRole, .enumeration())
    )
}

/// A contact as the row of a file, its customer and superior named in one of two ways.
package struct ContactInput: Sendable {
    let customerID: ID<Customer>?
    let customerExternalID: String?
    let reportsToExternalID: String?
    let details: ContactDetails

    package static let fields: Fields<ContactInput> = Fields(
        "ContactRow",
        {
            ContactInput(
                customerID: $0,
                customerExternalID: $1,
                reportsToExternalID: $6,
                details: ContactDetails(
                    name: $2,
                    title: $3,
                    department: $4,
                    reportsToID: $5,
                    buyingRole: $7,
                    influence: $8,
                    phones: $9,
                    emails: $10,
                    externalID: $11
                )
            )
        },
        Field(optional: "customerId", \.customerID, .id()),
        Field(optional: "customerExternalId", \.customerExternalID, .externalID),
        Field("name", \.details.name, .string(maxLength: 200)),
        Field(optional: "title", \.details.title, .string(maxLength: 100)),
        Field(optional: "department", \.details.department, .string(maxLength: 100)),
        Field(optional: "reportsToId", \.details.reportsToID, .id()),
        Field(optional: "reportsToExternalId", \.reportsToExternalID, .externalID),
        Field(optional: "buyingRole", \.details.buyingRole, .enumeration()),
        Field(optional: "influence", \.details.influence, .integer(ContactDetails.influences)),
        Field(
            "phones",
            \.details.phones,
            .array(of: .object(CustomerPhone.fields), maxItems: 20),
            default: []
        ),
        Field("emails", \.details.emails, .array(of: .email, maxItems: 20), default: []),
        Field(optional: "externalId", \.details.externalID, .externalID)
    )

    /// The contact to record; refuses what only whole records can tell.
    package func contact() throws -> NewContact {
        if reportsToExternalID != nil, details.reportsToID != nil {
            throw ServiceError.refused(
                ["/reportsToId", "/reportsToExternalId"].map {
                    ServiceError.Refusal($0, "only one of the two may be given")
                }
            )
        }
        return NewContact(
            customer: try CustomerName(id: customerID, externalID: customerExternalID),
            details: details,
            superior: reportsToExternalID
        )
    }
}
