// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Who looks after a customer (M33, 客户经理制), or did.
package struct ManagerAssignment: Sendable {
    package let id: ID<ManagerAssignment>
    package let customerID: ID<Customer>
    package let pair: ManagerPair
    package let reason: String?
    /// Who said so.
    package let actor: String
    package let begunAt: Instant
    /// Nil for the one that counts.
    package let endedAt: Instant?
}

/// A manager, and who stands in.
package struct ManagerPair: Sendable, Equatable {
    package let managerID: ID<StaffMember>
    package let deputyID: ID<StaffMember>?

    package init(managerID: ID<StaffMember>, deputyID: ID<StaffMember>? = nil) {
        self.managerID = managerID
        self.deputyID = deputyID
    }

    /// The same pair with one person in place of another, who may be in it already.
    func replacing(_ old: ID<StaffMember>, with new: ID<StaffMember>) -> ManagerPair {
        let manager = managerID == old ? new : managerID
        let deputy = deputyID == old ? new : deputyID
        return ManagerPair(managerID: manager, deputyID: deputy == manager ? nil : deputy)
    }
}

/// Who is to look after a customer.
package struct NewManagerAssignment: Sendable {
    package let pair: ManagerPair
    package let reason: String?

    package init(pair: ManagerPair, reason: String? = nil) {
        self.pair = pair
        self.reason = reason
    }
}

/// The order in which the managers of a customer are listed.
package enum ManagerSorting: String, Sendable, CaseIterable {
    case id
}

/// A customer of the first tier or class whom nobody looks after, or whose manager has no deputy
/// (M33).
package struct CoverageGap: Sendable {
    package enum Lack: String, Sendable, CaseIterable {
        case manager
        case deputy
    }

    package let customer: CustomerReference
    package let abc: ABCClass
    package let rank: Int
    package let ownerID: ID<StaffMember>?
    package let managerID: ID<StaffMember>?

    package var lacks: [Lack] { managerID == nil ? [.manager, .deputy] : [.deputy] }
}

/// What a list of gaps is narrowed to.
package struct CoverageFilter: Sendable {
    package let lacks: CoverageGap.Lack?

    package init(lacks: CoverageGap.Lack? = nil) { self.lacks = lacks }
}

/// The order in which gaps are listed.
package enum CoverageSorting: String, Sendable, CaseIterable {
    case rank
}

/// How much a person looks after (M33).
package struct ManagerLoad: Sendable {
    package let staffID: ID<StaffMember>
    package let name: String
    package let teamID: ID<Team>?
    /// Whom the person is manager of, and who of these are key customers.
    package let managed: Int
    package let managedKey: Int
    package let deputised: Int
    package let owned: Int
    package let openComplaints: Int
}

/// What a list of loads is narrowed to.
package struct ManagerLoadFilter: Sendable {
    package let teamID: ID<Team>?

    package init(teamID: ID<Team>? = nil) { self.teamID = teamID }
}

/// The order in which loads are listed.
package enum ManagerLoadSorting: String, Sendable, CaseIterable {
    case id
}
