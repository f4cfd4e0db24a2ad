// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension AcquisitionReport.Filter {
    static let fields: Fields<AcquisitionReport.Filter> = Fields(
        nil,
        AcquisitionReport.Filter.init,
        Field(optional: "since", \.since, .instantOrDay, "Recorded then or later."),
        Field(optional: "until", \.until, .instantOrDay, "Recorded before.")
    )
}

extension AcquisitionReport.Row {
    static let fields: Representation<AcquisitionReport.Row> = Representation(
        "AcquisitionFigures",
        [
            Member(
                "key",
                \.key,
                .string(maxLength: 50),
                "The channel; `unknown` for customers without a source."
            ),
            Member("way", \.way, .enumeration(), "Whether they are met, or told of by others."),
            Member("customers", \.customers, .integer(0...Int.max), "Recorded in the time."),
            Member(
                "converted",
                \.converted,
                .integer(0...Int.max),
                "Those of them that placed an order in the time."
            ),
            Member("conversion", \.conversion, .number(0...1), "Converted for each customer."),
            Member("cost", \.cost, .money, "Spent in the time; absent if nothing is recorded."),
            Member("costPerCustomer", \.costPerCustomer, .money),
            Member("costPerConverted", \.costPerConverted, .money),
        ]
    )
}
