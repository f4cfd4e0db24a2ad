// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// Who is asked to do something about a customer.
struct CustomerKeepers: Sendable {
    private let managers = ManagerStore()
    private let customers = CustomerStore()
    private let staff = StaffStore()

    /// Who manages or owns the customer, and is still there.
    func keeper(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws -> ID<StaffMember>? {
        let people = [
            try managers.active(of: customer, in: snapshot)?.pair.managerID,
            try customers.find(customer, in: snapshot)?.details.ownerID,
        ]
        return try staff.firstActive(of: people, in: snapshot)
    }
}
