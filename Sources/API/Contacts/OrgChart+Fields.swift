// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON

extension OrgChart {
    static let fields: Representation<OrgChart> = Representation(
        "OrgChart",
        [
            Member("customerId", \.customerID, .id()),
            Member("contacts", \.count, .integer(0...Int.max), "How many people there are."),
            Member(
                "top",
                \.top,
                .array(of: .object(Position.fields)),
                "Those who report to nobody who is there."
            ),
        ]
    )
}

extension OrgChart.Position {
    static let fields: Representation<OrgChart.Position> = Representation(
        "OrgChartPosition",
        [
            Member("id", \.id, .id()),
            Member("name", \.name, .string(maxLength: 200)),
            Member("title", \.title, .string(maxLength: 100)),
            Member("department", \.department, .string(maxLength: 100)),
            Member("buyingRole", \.buyingRole, .enumeration()),
            Member("influence", \.influence, .integer(ContactDetails.influences)),
            Member("reports", \.reports, .array(of: .position), "Who reports to them."),
        ]
    )
}

extension Codec<OrgChart.Position> {
    /// A position below another: by its name, since a schema cannot hold itself.
    fileprivate static var position: Self {
        Codec(
            schema: .scalar([JSON.Member("$ref", "#/components/schemas/OrgChartPosition")]),
            decode: { _, _ in nil },
            encode: { OrgChart.Position.fields.encode($0, &$1) }
        )
    }
}
