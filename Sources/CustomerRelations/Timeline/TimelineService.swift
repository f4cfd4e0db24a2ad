// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// One shared view of what happened with a customer (M86, 信息共享).
package struct TimelineService: Sendable {
    private let store = TimelineStore()
    private let customers: CustomerService

    package init(customers: CustomerService) {
        self.customers = customers
    }

    package func list(
        _ customer: ID<Customer>,
        _ request: PageRequest<TimelineSorting>,
        in snapshot: Snapshot
    ) throws -> Page<TimelineEntry> {
        _ = try customers.find(customer, in: snapshot)
        return try store.page(of: customer, request, in: snapshot)
    }
}
