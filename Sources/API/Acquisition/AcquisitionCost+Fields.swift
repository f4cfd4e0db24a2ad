// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension AcquisitionCost: Versioned {}

extension CustomerSource.Channel: PathParameter {
    package init?(path text: String) { self.init(rawValue: text) }

    package static var pathSchema: Schema {
        .scalar([
            JSON.Member("type", "string"),
            JSON.Member("enum", .array(allCases.map { .string($0.rawValue) })),
        ])
    }
}

extension AcquisitionCostDetails {
    package static let fields: Fields<AcquisitionCostDetails> = Fields(
        "NewAcquisitionCost",
        AcquisitionCostDetails.init,
        readOnly: [
            "id", "channel", "period", "startsAt", "endsAt", "version", "createdAt", "updatedAt",
        ],
        Field("amount", \.amount, .amount, "What was spent on the channel in the period.")
    )
}

extension AcquisitionCost {
    package static let fields: Representation<AcquisitionCost> = Representation(
        "AcquisitionCost",
        [
            Member("id", \.id, .id()),
            Member("channel", \.channel, .enumeration(), "The acquisition channel."),
            Member("period", \.period, .string(maxLength: 7), "2026, 2026-Q4 or 2026-11."),
            Member("startsAt", \.startsAt, .instant),
            Member("endsAt", \.endsAt, .instant, "The first instant after it."),
        ] + AcquisitionCostDetails.fields.representation.lifted(\.details) + [
            Member("version", \.version, .integer(1...Int.max)),
            Member("createdAt", \.createdAt, .instant),
            Member("updatedAt", \.updatedAt, .instant),
        ]
    )

    /// Where it is to be found.
    var path: String { "/v1/acquisition-costs/\(channel.rawValue)/\(period)" }
}

extension AcquisitionCostFilter {
    static let fields: Fields<AcquisitionCostFilter> = Fields(
        nil,
        AcquisitionCostFilter.init,
        Field(optional: "channel", \.channel, .enumeration()),
        Field(optional: "since", \.since, .instantOrDay, "Begins then or later."),
        Field(optional: "until", \.until, .instantOrDay, "Begins before.")
    )
}
