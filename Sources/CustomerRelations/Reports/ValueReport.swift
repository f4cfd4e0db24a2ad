// SPDX-License-Identifier: Apache-2.0

/// What the customers of each tenth may yet bring, by the model that is kept.
package enum ValueReport {
    /// The model behind the figures, and the policy by which they were reckoned.
    struct Model: Sendable, Equatable {
        let id: ID<ValueModel>
        let dataUntil: Instant
        let discountRate: Share
        let margin: Share
    }

    /// The figures of a tenth.
    package struct Row: Sendable, Equatable {
        private let figures: ValueDecile
        private let model: Model
        /// The value of all tenths.
        private let value: Money

        init(decile: ValueDecile, model: Model, value: Money) {
            figures = decile
            self.model = model
            self.value = value
        }

        /// From 1, the most valuable.
        package var decile: Int { figures.decile }
        package var customers: Int { figures.customers }
        package var expectedOrders: Double { figures.expectedOrders }
        package var lifetimeValue: Money? { figures.lifetimeValue }
        package var aliveProbability: Double { figures.aliveProbability }

        /// The part of the value of all tenths; nil where amounts have no model.
        package var valueShare: Double? { figures.lifetimeValue?.share(of: value) }

        package var modelID: ID<ValueModel> { model.id }
        package var dataUntil: Instant { model.dataUntil }
        package var discountRate: Share { model.discountRate }
        package var margin: Share { model.margin }
    }
}
