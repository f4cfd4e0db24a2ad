// SPDX-License-Identifier: Apache-2.0

/// How well predictions meet what happened afterwards.
package struct HoldoutMeasure: Equatable, Sendable {
    /// The root of the mean squared error, in purchases of a customer.
    package let rmse: Double
    /// The part of all purchases made by the tenth of the base for which the most were predicted;
    /// nil where nobody bought.
    package let topDecileShare: Double?

    package init(rmse: Double, topDecileShare: Double?) {
        self.rmse = rmse
        self.topDecileShare = topDecileShare
    }

    /// Nil where the arrays are empty, differ in length, or hold what is no number.
    package init?(predicted: [Double], actual: [Int]) {
        guard !predicted.isEmpty, predicted.count == actual.count,
            predicted.allSatisfy(\.isFinite)
        else { return nil }
        let squares = zip(predicted, actual).reduce(0.0) { sum, pair in
            let error = pair.0 - Double(pair.1)
            return sum + error * error
        }
        rmse = (squares / Double(predicted.count)).squareRoot()
        topDecileShare = Self.topShare(predicted, actual)
    }

    /// Customers with equal predictions at the edge of the decile count in part, each alike: what
    /// drawing lots among them gives on average.
    private static func topShare(_ predicted: [Double], _ actual: [Int]) -> Double? {
        let all = actual.reduce(0) { $0 + Double($1) }
        guard all > 0 else { return nil }
        let places = predicted.indices.sorted { predicted[$0] > predicted[$1] }
        var room = Double(predicted.count) / 10
        var taken = 0.0
        var start = 0
        while start < places.count, room > 0 {
            var end = start
            var purchases = 0.0
            while end < places.count, predicted[places[end]] == predicted[places[start]] {
                purchases += Double(actual[places[end]])
                end += 1
            }
            let count = Double(end - start)
            taken += purchases * min(1, room / count)
            room -= count
            start = end
        }
        return taken / all
    }
}

/// What one would guess without a model.
package enum Baseline: Sendable {
    /// The later the last purchase lies in the customer's time, the more of the base's mean rate:
    /// mean rate · t_x / T · t.
    case recencyAlone
    /// Each customer goes on as before: x / T · t.
    case frequencyAlone

    /// The purchases that it predicts for the weeks to come.
    package func predictions(
        _ histories: [PurchaseHistory],
        within weeks: Double
    ) -> [Double] {
        let purchases = histories.reduce(0) { $0 + Double($1.frequency) }
        let age = histories.reduce(0) { $0 + $1.age }
        return histories.map { history in
            guard history.age > 0 else { return 0 }
            return switch self {
            case .recencyAlone: purchases / age * weeks * (history.recency / history.age)
            case .frequencyAlone: Double(history.frequency) / history.age * weeks
            }
        }
    }
}

/// A model and the two baselines, held against the same purchases.
package struct HoldoutComparison: Equatable, Sendable {
    package let customers: Int
    /// How long the predictions look ahead.
    package let weeks: Double
    /// The purchases that were made, and those that the model expected.
    package let purchases: Int
    package let expectedPurchases: Double
    package let model: HoldoutMeasure
    package let recencyAlone: HoldoutMeasure
    package let frequencyAlone: HoldoutMeasure

    package init(
        customers: Int,
        weeks: Double,
        purchases: Int,
        expectedPurchases: Double,
        model: HoldoutMeasure,
        recencyAlone: HoldoutMeasure,
        frequencyAlone: HoldoutMeasure
    ) {
        self.customers = customers
        self.weeks = weeks
        self.purchases = purchases
        self.expectedPurchases = expectedPurchases
        self.model = model
        self.recencyAlone = recencyAlone
        self.frequencyAlone = frequencyAlone
    }

    /// Holds a model of `histories` against the purchases that the same customers made in the weeks
    /// after; nil as for `HoldoutMeasure`.
    package init?(
        _ model: BGNBD,
        _ histories: [PurchaseHistory],
        actual: [Int],
        weeks: Double
    ) {
        let predicted = histories.map { model.expectedPurchases($0, within: weeks) }
        guard let own = HoldoutMeasure(predicted: predicted, actual: actual),
            let recency = HoldoutMeasure(
                predicted: Baseline.recencyAlone.predictions(histories, within: weeks),
                actual: actual
            ),
            let frequency = HoldoutMeasure(
                predicted: Baseline.frequencyAlone.predictions(histories, within: weeks),
                actual: actual
            )
        else { return nil }
        customers = histories.count
        self.weeks = weeks
        purchases = actual.reduce(0, +)
        expectedPurchases = predicted.reduce(0, +)
        self.model = own
        recencyAlone = recency
        frequencyAlone = frequency
    }
}
