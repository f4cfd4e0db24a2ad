// SPDX-License-Identifier: Apache-2.0
import Statistics
import Testing

@Suite struct HoldoutTests {
    @Test(.enabled(if: CDNOW.isThere, "../shared/data/cdnow is not there"))
    func `predicts the second 39 weeks of CDNOW`() throws {
        let customers = try CDNOW.customers()
        let histories = customers.map { $0.history(until: CDNOW.calibrationEnd) }
        let actual = customers.map { customer in
            customer.purchases.keys.filter { $0 > CDNOW.calibrationEnd }.count
        }
        let fit = try BGNBD.fit(histories)
        #expect(near(fit.model.r, 0.2426, within: 0.001))
        #expect(near(fit.model.alpha, 4.4135, within: 0.005))
        #expect(near(fit.model.a, 0.7929, within: 0.001))
        #expect(near(fit.model.b, 2.4258, within: 0.002))
        let comparison = try #require(
            HoldoutComparison(fit.model, histories, actual: actual, weeks: 39)
        )
        #expect(comparison.customers == 2_357)
        #expect(comparison.model.rmse <= 1.62)
        #expect(try #require(comparison.model.topDecileShare) >= 0.46)
        #expect(comparison.model.rmse < comparison.frequencyAlone.rmse)
        #expect(comparison.model.rmse < comparison.recencyAlone.rmse)
        // As in the paper's figure 4: close to what was bought, and rising with what had been.
        var last = 0.0
        for x in 0...6 {
            let those = histories.indices.filter { histories[$0].frequency == x }
            let count = Double(those.count)
            let mean = those.reduce(0) { $0 + Double(actual[$1]) } / count
            let expected =
                those.reduce(0) {
                    $0 + fit.model.expectedPurchases(histories[$1], within: 39)
                } / count
            #expect(expected > last)
            #expect(near(expected, mean, within: 0.3 * mean))
            last = expected
        }
    }

    @Test func `measures the error of a customer`() throws {
        let measure = try #require(HoldoutMeasure(predicted: [1, 2, 3, 4], actual: [1, 2, 3, 8]))
        #expect(measure.rmse == 2)
    }

    @Test func `lets the edge of the decile count in part`() throws {
        // Twenty customers, two of whom are the decile: one ahead, and one of three alike.
        let predicted = [9.0, 5, 5, 5] + [Double](repeating: 0, count: 16)
        let actual = [10, 6, 0, 0] + [Int](repeating: 1, count: 16)
        let measure = try #require(HoldoutMeasure(predicted: predicted, actual: actual))
        #expect(near(try #require(measure.topDecileShare), 12.0 / 32, within: 1e-12))
        let none = HoldoutMeasure(predicted: predicted, actual: actual.map { _ in 0 })
        #expect(try #require(none).topDecileShare == nil)
    }

    @Test func `measures nothing of nothing`() {
        #expect(HoldoutMeasure(predicted: [], actual: []) == nil)
        #expect(HoldoutMeasure(predicted: [1], actual: [1, 2]) == nil)
        #expect(HoldoutMeasure(predicted: [.nan], actual: [1]) == nil)
    }

    @Test func `guesses without a model`() {
        let histories = [
            PurchaseHistory(frequency: 4, recency: 10, age: 20),
            PurchaseHistory(frequency: 0, recency: 0, age: 20),
            PurchaseHistory(frequency: 0, recency: 0, age: 0),
        ]
        let frequency = Baseline.frequencyAlone.predictions(histories, within: 10)
        #expect(frequency == [2, 0, 0])
        // Four purchases in forty weeks of customers.
        #expect(Baseline.recencyAlone.predictions(histories, within: 10) == [0.5, 0, 0])
    }
}
