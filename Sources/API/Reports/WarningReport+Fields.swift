// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension WarningReport.Filter {
    static let fields: Fields<WarningReport.Filter> = Fields(
        nil,
        WarningReport.Filter.init,
        Field(optional: "since", \.since, .instantOrDay, "Raised or closed then or later."),
        Field(optional: "until", \.until, .instantOrDay, "Raised or closed before; open then.")
    )
}

extension WarningReport.Row {
    static let fields: Representation<WarningReport.Row> = Representation(
        "WarningFigures",
        [
            Member("kind", \.kind, .enumeration()),
            Member("open", \.open, .count, "Not closed when the time ends."),
            Member("raised", \.raised, .count, "In the time."),
            Member("closed", \.closed, .count, "In the time, whenever raised."),
            Member(
                "closeSeconds",
                \.handling,
                .object(HandlingTimes.fields),
                "From raising to closing, of those closed in the time."
            ),
            Member(
                "causes",
                \.causes,
                .array(of: .object(WarningReport.Cause.fields)),
                "Of the same, the most frequent first, "
                    + "\(WarningReport.Row.causeLimit) at most."
            ),
        ]
    )
}

extension WarningReport.Cause {
    fileprivate static let fields: Representation<WarningReport.Cause> = Representation(
        "WarningCause",
        [
            Member("cause", \.cause, .string(maxLength: 2000)),
            Member("cases", \.cases, .integer(1...Int.max)),
        ]
    )
}
