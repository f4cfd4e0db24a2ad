// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON

extension CustomerWarning {
    static let fields: Representation<CustomerWarning> = Representation(
        "CustomerWarning",
        [
            Member("kind", \.kind, .enumeration()),
            Member("since", \.since, .instant),
            Member("id", \.id, .id(), "The case, where there is one."),
            Member("text", \.text, .string(maxLength: 500)),
        ]
    )
}
