// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension LifecycleMove {
    static let fields: Fields<LifecycleMove> = Fields(
        "LifecycleMove",
        LifecycleMove.init,
        Field("lifecycle", \.lifecycle, .enumeration()),
        Field("reason", \.reason, .string(maxLength: 1000), "Why.")
    )
}

extension LifecycleChange {
    static let fields: Representation<LifecycleChange> = Representation(
        "LifecycleChange",
        [
            Member("origin", \.origin, .enumeration(), "What it was; absent at the beginning."),
            Member("lifecycle", \.lifecycle, .enumeration()),
            Member("at", \.at, .instant),
            Member("actor", \.actor, .string(maxLength: 200), "Who said so."),
            Member("reason", \.reason, .string(maxLength: 1000)),
        ]
    )
}

extension LifecycleHistory: Versioned {
    static let fields: Representation<LifecycleHistory> = Representation(
        "LifecycleHistory",
        [
            Member("customerId", \.customerID, .id()),
            Member("lifecycle", \.lifecycle, .enumeration()),
            Member("since", \.since, .instant),
            Member("next", \.lifecycle.next, .array(of: .enumeration()), "What it may become."),
            Member(
                "history",
                \.changes,
                .array(of: .object(LifecycleChange.fields)),
                "Oldest first, what it began with at the head; the last thousand."
            ),
            Member("version", \.version, .integer(1...Int.max), "That of the customer."),
        ]
    )
}
