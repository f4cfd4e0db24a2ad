// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension PromiseEntry: Versioned {}

extension PromiseEntry {
    package static let fields: Representation<PromiseEntry> = Representation(
        "PromiseEntry",
        Promise.fields.lifted(\.promise) + [
            Member("givenAt", \.promise.givenAt, .instant),
            Member("customerId", \.customerID, .id()),
            Member("interactionId", \.interactionID, .id(), "In which it was given."),
            Member("status", \.status, .enumeration(), "`late` was kept after it was due."),
            Member("settledAt", \.settledAt, .instant, "When it was said what became of it."),
            Member("version", \.version, .integer(1...Int.max)),
        ]
    )
}

extension PromiseFilter {
    static let fields: Fields<PromiseFilter> = Fields(
        nil,
        PromiseFilter.init,
        Field(optional: "status", \.status, .enumeration()),
        Field(
            optional: "due",
            \.due,
            .enumeration(),
            "Open ones of whose time three quarters, or all, have passed."
        ),
        Field(optional: "kind", \.kind, .enumeration()),
        Field(optional: "customerId", \.customerID, .id()),
        Field(optional: "since", \.since, .instantOrDay, "Due then or later."),
        Field(optional: "until", \.until, .instantOrDay, "Due before.")
    )
}
