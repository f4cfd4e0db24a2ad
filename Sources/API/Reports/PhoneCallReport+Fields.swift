// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension PhoneCallReport.Row {
    static let fields: Representation<PhoneCallReport.Row> = Representation(
        "CallFigures",
        [
            Member(
                "key",
                \.key,
                .string(minLength: 0, maxLength: 50),
                "The group; empty for callers without tier."
            ),
            Member("calls", \.calls, .integer(0...Int.max), "That came."),
            Member("answered", \.answered, .integer(0...Int.max)),
            Member("missed", \.missed, .integer(0...Int.max), "That ended without an answer."),
            Member(
                "waitSeconds",
                \.wait,
                .object(HandlingTimes.fields),
                "From the start to the answer."
            ),
        ]
    )
}
