// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations

extension CustomerName {
    /// The one of these names that was given; none or several are refused.
    package init(oneOf names: [(member: String, name: CustomerName?)]) throws(ServiceError) {
        let given = names.compactMap(\.name)
        guard let name = given.first, given.count == 1 else {
            let members = names.map(\.member).joined(separator: ", ")
            guard !given.isEmpty else {
                throw .customerMissing(
                    names.map { .init("/" + $0.member, "one of \(members) must be given") }
                )
            }
            throw .refused(
                names.filter { $0.name != nil }
                    .map { .init("/" + $0.member, "exactly one of \(members) is wanted") }
            )
        }
        self = name
    }

    /// The one of the two names by which most records name their customer.
    init(id: ID<Customer>?, externalID: String?) throws(ServiceError) {
        try self.init(oneOf: [
            ("customerId", id.map(CustomerName.id)),
            ("customerExternalId", externalID.map(CustomerName.externalID)),
        ])
    }
}
