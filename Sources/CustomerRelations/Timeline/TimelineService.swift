// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// One shared view of what happened with a customer (M86, 信息共享).
package struct TimelineService: Sendable {
    private let store = TimelineStore()
    private let customers: CustomerService

    package init(customers: CustomerService) {
        self.customers = customers
    }

    /// What happened with a customer, as far as somebody with these scopes may read it.
    package func list(
        _ customer: ID<Customer>,
        visibleTo scopes: Set<String>,
        _ request: PageRequest<TimelineSorting>,
        in snapshot: Snapshot
    ) throws -> Page<TimelineEntry> {
        _ = try customers.find(customer, in: snapshot)
        let hidden = TimelineEntry.Kind.allCases.filter { !scopes.contains($0.scope.rawValue) }
        return try store.page(of: customer, leavingOut: hidden, request, in: snapshot)
    }
}
