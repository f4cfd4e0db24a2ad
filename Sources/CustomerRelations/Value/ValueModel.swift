// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// A model that is or was fitted, and is kept.
package struct ValueModel: Sendable {
    package enum Status: String, Sendable, CaseIterable, ColumnValue {
        case running
        case finished
        case failed
    }

    package let id: ID<ValueModel>
    package let status: Status
    /// Orders before this instant count.
    package let dataUntil: Instant
    /// What it learnt; nil until it has finished.
    package let fit: ValueFit?
    /// Why it failed, if it did.
    package let failure: ValueFailure?
    package let createdAt: Instant
    package let updatedAt: Instant

    /// Why it failed, in words.
    package var reason: ValueReason? {
        failure.map(ValueReason.init)
    }
}

/// What a model is fitted to; without a date, all orders up to yesterday.
package struct NewValueModel: Sendable {
    package let asOf: Instant?

    package init(asOf: Instant? = nil) {
        self.asOf = asOf
    }
}

/// The order in which models are listed.
package enum ValueModelSorting: String, Sendable, CaseIterable {
    case id
}

/// What a customer may yet bring.
package struct CustomerValue: Sendable {
    package let customer: ID<Customer>
    package let asOf: Instant
    /// The days with a purchase after the first.
    package var frequency = 0
    /// The weeks from the first purchase to the last; nil without orders.
    package var recency: Double?
    /// The weeks from the first purchase to the last whole day before `asOf`.
    package var age: Double?
    /// The mean amount of the purchases after the first; nil without any.
    package var monetary: Money?
    /// The whole days since the last purchase, and what all purchases came to; nil without orders.
    package var daysSinceLast: Int?
    package var total: Money?
    /// The fifths of the customers in which these lie; nil without a base to be held against.
    package var rfm: RFM?
    /// The probability that the customer will buy again some day; nil without a model.
    package var aliveProbability: Double?
    package var expectedOrders: Double?
    /// What one of these orders is expected to come to.
    package var expectedAmount: Money?
    /// The value of these orders in today's money.
    package var lifetimeValue: Money?
    package let rules: ValueRules
    package var fit: ValueFit?
    /// The kept model; nil where it was fitted for this answer.
    package var modelID: ID<ValueModel>?
    /// Why figures are missing.
    package var reasons: [ValueReason] = []

    package var discountRate: Share { rules.discountRate }

    package var margin: Share { rules.margin }

    init(customer: ID<Customer>, asOf: Instant, rules: ValueRules) {
        self.customer = customer
        self.asOf = asOf
        self.rules = rules
    }
}

/// Why a figure is missing, or is not the customer's own.
package struct ValueReason: Sendable, Equatable {
    package enum Code: String, Sendable, CaseIterable, ColumnValue {
        case noOrders = "no-orders"
        case tooFewRepeatCustomers = "too-few-repeat-customers"
        case undetermined
        case error
        case noModel = "no-model"
        case noAmounts = "no-amounts"
        case noRepeatAmounts = "no-repeat-amounts"
        case noRFM = "no-rfm"
    }

    package let code: Code
    package let text: String

    static let noOrders = ValueReason(
        code: .noOrders,
        text: "the customer had no order before that day"
    )

    static let noModel = ValueReason(
        code: .noModel,
        text: "no model of that date is kept, and there are more orders than an answer can be "
            + "fitted to; POST /v1/value-models fits one"
    )

    static let noAmounts = ValueReason(
        code: .noAmounts,
        text: "the amounts of the orders have no mean that a model could expect"
    )

    static let noRepeatAmounts = ValueReason(
        code: .noRepeatAmounts,
        text:
            "the repeat purchases came to nothing; each to come is expected to come to what those "
            + "of all customers do on average"
    )

    static let noRFM = ValueReason(
        code: .noRFM,
        text: "the model is of the time when fifths were not kept; POST /v1/value-models fits one "
            + "that has them"
    )

    init(_ failure: ValueFailure) {
        switch failure {
        case .tooFewRepeatCustomers(let count):
            self.init(
                code: .tooFewRepeatCustomers,
                text: "\(count) customers have bought on more than one day, and a model needs "
                    + "\(ValueFit.leastRepeatCustomers)"
            )
        case .undetermined:
            self.init(
                code: .undetermined,
                text: "the orders do not determine the parameters of a model"
            )
        case .error:
            self.init(
                code: .error,
                text: "an error cut the fit off; the service's log tells which"
            )
        }
    }

    private init(code: Code, text: String) {
        self.code = code
        self.text = text
    }
}
