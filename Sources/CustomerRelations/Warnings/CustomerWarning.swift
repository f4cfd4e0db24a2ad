// SPDX-License-Identifier: Apache-2.0

/// Something that whoever speaks with a customer has to know.
package struct CustomerWarning: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case singleThread = "single-thread"
        case credit
        case salesProgress = "sales-progress"
        case salesExpense = "sales-expense"
        case churn

        init(_ kind: Warning.Kind) {
            self =
                switch kind {
                case .credit: .credit
                case .salesProgress: .salesProgress
                case .salesExpense: .salesExpense
                case .churn: .churn
                }
        }
    }

    package let kind: Kind
    package let since: Instant
    package let text: String
    /// The case that has been opened, where there is one.
    package var id: ID<Warning>?
}
