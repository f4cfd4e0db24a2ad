// SPDX-License-Identifier: Apache-2.0

extension Customer.Lifecycle {
    /// What may come next (M04): whoever buys is active, whatever they were; only who was active goes
    /// dormant; who is lost can be won back.
    package var next: [Customer.Lifecycle] {
        switch self {
        case .prospect: [.target, .active, .lost]
        case .target: [.prospect, .active, .lost]
        case .active: [.dormant, .lost]
        case .dormant: [.active, .lost]
        case .lost: [.target, .active]
        }
    }

    /// Refuses what does not come next.
    func demand(canBecome other: Customer.Lifecycle) throws {
        guard other == self || next.contains(other) else {
            throw ServiceError.lifecycleEdge(from: self, to: other)
        }
    }
}

/// A change of how far the relation with a customer has come.
package struct LifecycleChange: Sendable {
    /// Nil for what it began with.
    package let origin: Customer.Lifecycle?
    package let lifecycle: Customer.Lifecycle
    package let at: Instant
    /// Who said so; nil for what it began with.
    package let actor: String?
    package let reason: String?
}

/// How far the relation with a customer has come, what may come next, and how it came there.
package struct LifecycleHistory: Sendable {
    package let customerID: ID<Customer>
    /// Oldest first.
    package let changes: [LifecycleChange]
    package let lifecycle: Customer.Lifecycle
    package let version: Int

    package var since: Instant? { changes.last?.at }
}

/// What a customer's lifecycle is to become, and why.
package struct LifecycleMove: Sendable {
    package let lifecycle: Customer.Lifecycle
    package let reason: String

    package init(lifecycle: Customer.Lifecycle, reason: String) {
        self.lifecycle = lifecycle
        self.reason = reason
    }
}
