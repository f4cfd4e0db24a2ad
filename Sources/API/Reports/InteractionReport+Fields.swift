// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension InteractionReport.Row {
    static let fields: Representation<InteractionReport.Row> = Representation(
        "InteractionFigures",
        [
            Member("key", \.key, .string(minLength: 0, maxLength: 50), "The group."),
            Member("interactions", \.interactions, .integer(0...Int.max)),
            Member("inbound", \.inbound, .integer(0...Int.max)),
            Member("outbound", \.outbound, .integer(0...Int.max)),
            Member(
                "durationSeconds",
                \.durationSeconds,
                .integer(0...Int.max),
                "Together, as far as it is recorded."
            ),
        ]
    )
}
