// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Who has to know of a complaint, from whoever handles it up to the leader (M60).
struct ComplaintLadder: Sendable {
    private let staff = StaffStore()
    private let managers = ManagerStore()
    private let customers = CustomerStore()
    private let policies = ComplaintPolicyStore()

    /// The first person who is there, from a rung up, with the rung where that is; nobody at the
    /// first rung if all of them have left, or nobody was ever named.
    func addressee(
        from rung: ComplaintAlarm.Rung,
        of complaint: Complaint,
        in snapshot: Snapshot
    ) throws -> (rung: ComplaintAlarm.Rung, id: ID<StaffMember>?) {
        for rung in ComplaintAlarm.Rung.allCases.drop(while: { $0 != rung }) {
            let people = try people(on: rung, of: complaint, in: snapshot)
            if let id = try staff.firstActive(of: people, in: snapshot) { return (rung, id) }
        }
        return (rung, nil)
    }

    private func people(
        on rung: ComplaintAlarm.Rung,
        of complaint: Complaint,
        in snapshot: Snapshot
    ) throws -> [ID<StaffMember>?] {
        switch rung {
        case .owner: [complaint.state.people.assigneeID]
        case .manager:
            [
                try managers.active(of: complaint.customer.id, in: snapshot)?.pair.managerID,
                try customers.find(complaint.customer.id, in: snapshot)?.details.ownerID,
            ]
        case .leader: try leaders(of: complaint.state.people, in: snapshot)
        }
    }

    /// Whom the policy named when the complaint came, and whom it names now, for when that one has
    /// left.
    private func leaders(
        of people: ComplaintPeople,
        in snapshot: Snapshot
    ) throws -> [ID<StaffMember>?] {
        [people.leaderID, try policies.latest(in: snapshot)?.terms.leaderID]
    }

    /// Those of a complaint who go on with it when it is opened again: without one who has left it is
    /// nobody's, as a new one is.
    func remaining(
        of people: ComplaintPeople,
        in snapshot: Snapshot
    ) throws -> ComplaintPeople {
        ComplaintPeople(
            assigneeID: try staff.present(people.assigneeID, in: snapshot),
            leaderID: try staff.firstActive(of: leaders(of: people, in: snapshot), in: snapshot)
        )
    }
}
