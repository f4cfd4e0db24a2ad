// SPDX-License-Identifier: Apache-2.0
import SQLite

/// How one customer depends on another in trade (M03, 末端/中级/内部客户).
package struct ChainLink: Sendable {
    package enum Kind: String, Sendable, CaseIterable, ColumnValue {
        /// The first gets our goods from the second.
        case buysThrough = "buys-through"
        /// The first looks after the second.
        case serves

        /// Whether customers of these roles can be linked so.
        ///
        /// Departments of ours buy through nobody; end users serve nobody, and dealers none of our
        /// departments.
        func allows(_ from: Customer.Role, _ to: Customer.Role) -> Bool {
            switch self {
            case .buysThrough: from != .internal && to == .intermediary
            case .serves: from == .internal || (from == .intermediary && to != .internal)
            }
        }

        /// The roles that can be linked so.
        package var pairs: [String] {
            Customer.Role.allCases.flatMap { from in
                Customer.Role.allCases.filter { allows(from, $0) }.map { to in
                    "\(from.rawValue) \(rawValue) \(to.rawValue)"
                }
            }
        }
    }

    package let id: ID<ChainLink>
    package let kind: Kind
    package let from: ChainMember
    package let to: ChainMember
    package let createdAt: Instant
}

/// A customer in the chain of trade.
package struct ChainMember: Sendable {
    package let customer: CustomerReference
    package let role: Customer.Role
}

/// A link that is to be made from a customer to another.
package struct NewChainLink: Sendable {
    package let kind: ChainLink.Kind
    package let customerID: ID<Customer>

    package init(kind: ChainLink.Kind, customerID: ID<Customer>) {
        self.kind = kind
        self.customerID = customerID
    }
}

/// What is up and down the chain from a customer.
package struct Chain: Sendable {
    package static let depthRange = 1...10
    /// The most customers that are shown in either direction.
    static let memberLimit = 500

    /// How one is reached: by which link, over whom, in how many steps.
    package struct Step: Sendable {
        package let member: ChainMember
        package let kind: ChainLink.Kind
        package let linkID: ID<ChainLink>
        /// Next to whom it stands, nearer to the customer.
        package let overID: ID<Customer>
        package let level: Int
    }

    /// Those of one direction, the nearest first.
    package struct Side: Sendable {
        package let steps: [Step]
        /// Whether there are more than are shown.
        package let isCut: Bool

        /// How many have a role; roles are never added up.
        package func count(_ role: Customer.Role) -> Int {
            steps.count { $0.member.role == role }
        }
    }

    package let customer: ChainMember
    /// Through whom it buys and who serves it.
    package let up: Side
    /// Who buys through it and whom it serves.
    package let down: Side
}

/// How deep a chain is looked into.
package struct ChainQuery: Sendable {
    package let depth: Int

    package init(depth: Int) { self.depth = depth }
}

/// What a list of links is narrowed to.
package struct ChainLinkFilter: Sendable {
    package let kind: ChainLink.Kind?

    package init(kind: ChainLink.Kind? = nil) { self.kind = kind }
}

/// The order in which links are listed.
package enum ChainLinkSorting: String, Sendable, CaseIterable {
    case id
}
