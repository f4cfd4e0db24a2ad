// SPDX-License-Identifier: Apache-2.0

/// The people at a customer as a tree (M41, 组织结构).
package struct OrgChart: Sendable {
    /// A person, and those who report to them.
    package struct Position: Sendable {
        package let id: ID<Contact>
        package let name: String
        package let title: String?
        package let department: String?
        package let buyingRole: Contact.BuyingRole?
        package let influence: Int?
        package let reportsToID: ID<Contact>?
        package fileprivate(set) var reports: [Position] = []

        init(
            id: ID<Contact>,
            name: String,
            title: String?,
            department: String?,
            buyingRole: Contact.BuyingRole?,
            influence: Int?,
            reportsToID: ID<Contact>?
        ) {
            self.id = id
            self.name = name
            self.title = title
            self.department = department
            self.buyingRole = buyingRole
            self.influence = influence
            self.reportsToID = reportsToID
        }
    }

    package let customerID: ID<Customer>
    package let count: Int
    /// Those who report to nobody who is there.
    package let top: [Position]

    /// Makes the tree of those who are there; of those side by side whose word weighs most comes
    /// first.
    init(of customer: ID<Customer>, _ positions: [Position]) {
        let ids = Set(positions.map(\.id))
        let ranked = positions.sorted {
            ($1.influence ?? 0, $0.id) < ($0.influence ?? 0, $1.id)
        }
        let groups = Dictionary(grouping: ranked) { position in
            position.reportsToID.flatMap { ids.contains($0) ? $0 : nil }
        }
        func tree(under superior: ID<Contact>?) -> [Position] {
            (groups[superior] ?? []).map { position in
                var position = position
                position.reports = tree(under: position.id)
                return position
            }
        }
        customerID = customer
        count = positions.count
        top = tree(under: nil)
    }
}
