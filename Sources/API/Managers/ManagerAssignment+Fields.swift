// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension NewManagerAssignment {
    static let fields: Fields<NewManagerAssignment> = Fields(
        "NewManagerAssignment",
        {
            NewManagerAssignment(pair: ManagerPair(managerID: $0, deputyID: $1), reason: $2)
        },
        Field("managerId", \.pair.managerID, .id(), "Who looks after the customer."),
        Field(optional: "deputyId", \.pair.deputyID, .id(), "Who stands in."),
        Field(optional: "reason", \.reason, .string(maxLength: 2000), "Why it changes.")
    )
}

extension ManagerAssignment {
    static let fields: Representation<ManagerAssignment> = Representation(
        "ManagerAssignment",
        [
            Member("id", \.id, .id()),
            Member("customerId", \.customerID, .id()),
            Member("managerId", \.pair.managerID, .id()),
            Member("deputyId", \.pair.deputyID, .id()),
            Member("reason", \.reason, .string(maxLength: 2000)),
            Member("actor", \.actor, .string(maxLength: 200), "Who said so."),
            Member("begunAt", \.begunAt, .instant),
            Member("endedAt", \.endedAt, .instant, "Absent of the one that counts."),
        ]
    )

    /// What the journal says: it knows who and when by itself.
    static let journalled = fields.leaving(out: ["id", "customerId", "actor", "begunAt", "endedAt"])
}

extension CoverageFilter {
    static let fields: Fields<CoverageFilter> = Fields(
        nil,
        CoverageFilter.init,
        Field(optional: "lacks", \.lacks, .enumeration(), "Who is missing.")
    )
}

extension CoverageGap {
    static let fields: Representation<CoverageGap> = Representation(
        "CoverageGap",
        [
            Member("customer", \.customer, .object(CustomerReference.fields)),
            Member("abc", \.abc, .enumeration()),
            Member("rank", \.rank, .integer(1...Int.max), "By profit, in the run in force."),
            Member("lacks", \.lacks, .array(of: .enumeration())),
            Member("managerId", \.managerID, .id()),
            Member("ownerId", \.ownerID, .id()),
        ]
    )
}

extension ManagerLoadFilter {
    static let fields: Fields<ManagerLoadFilter> = Fields(
        nil,
        ManagerLoadFilter.init,
        Field(optional: "teamId", \.teamID, .id())
    )
}

extension ManagerLoad {
    static let fields: Representation<ManagerLoad> = Representation(
        "ManagerLoad",
        [
            Member("staffId", \.staffID, .id()),
            Member("name", \.name, .string(maxLength: 200)),
            Member("teamId", \.teamID, .id()),
            Member("managed", \.managed, .integer(0...Int.max), "Customers as manager."),
            Member("managedKey", \.managedKey, .integer(0...Int.max), "Key customers of these."),
            Member("deputised", \.deputised, .integer(0...Int.max), "Customers as deputy."),
            Member("owned", \.owned, .integer(0...Int.max), "Customers as owner."),
            Member("openComplaints", \.openComplaints, .integer(0...Int.max)),
        ]
    )
}

extension NewHandover {
    static let fields: Fields<NewHandover> = Fields(
        "NewHandover",
        NewHandover.init,
        Field("toId", \.toID, .id(), "Who takes over."),
        Field(optional: "reason", \.reason, .string(maxLength: 2000))
    )
}

extension Handover {
    static let fields: Representation<Handover> = Representation(
        "Handover",
        [
            Member("fromId", \.fromID, .id()),
            Member("toId", \.toID, .id()),
            Member("reason", \.reason, .string(maxLength: 2000)),
            Member("managed", \.managed, .integer(0...Int.max), "Customers as manager or deputy."),
            Member("owned", \.owned, .integer(0...Int.max), "Customers as owner."),
            Member("complaints", \.complaints, .integer(0...Int.max), "Open ones."),
            Member("plannedContacts", \.plannedContacts, .integer(0...Int.max)),
            Member("approvals", \.approvals, .integer(0...Int.max), "Yet to be decided."),
            Member("tasks", \.tasks, .integer(0...Int.max), "Open ones."),
        ]
    )
}
