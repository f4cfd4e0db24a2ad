// SPDX-License-Identifier: Apache-2.0
import Statistics
import Testing

@Suite struct LifetimeValueTests {
    private static let spending = GammaGamma(p: 6.25, q: 3.74, v: 15.44)
    private static let history = PurchaseHistory(frequency: 2, recency: 30.43, age: 38.86)
    private static let spent = Spending(frequency: 2, mean: 22.35)

    private func outlook(rate: Double, margin: Double = 1) throws -> LifetimeValue.Outlook {
        var value = LifetimeValue(
            model: try #require(CDNOW.published),
            spending: Self.spending,
            discountRate: rate,
            margin: margin
        )
        return value.outlook(Self.history, Self.spent)
    }

    @Test func `is the amount of the orders where money keeps its value`() throws {
        let model = try #require(CDNOW.published)
        let found = try outlook(rate: 0)
        #expect(found.probabilityAlive == model.probabilityAlive(Self.history))
        let orders = model.expectedPurchases(Self.history, within: 52)
        #expect(near(found.expectedOrders, orders, within: 1e-12))
        let amount = try #require(found.expectedAmount)
        #expect(near(try #require(found.value), orders * amount, within: 1e-9))
        let half = try outlook(rate: 0, margin: 0.5)
        #expect(near(try #require(half.value), orders * amount / 2, within: 1e-9))
    }

    @Test func `is less where money loses value, by a month to a year of it`() throws {
        let plain = try #require(outlook(rate: 0).value)
        let discounted = try #require(outlook(rate: 0.1).value)
        #expect(discounted < plain * 0.992)
        #expect(discounted > plain / 1.1)
        // Purchases become rarer, so that more than half comes in the first half of the year.
        #expect(discounted > plain * 0.948)
    }

    @Test func `is not known without a model of amounts`() throws {
        var value = LifetimeValue(
            model: try #require(CDNOW.published),
            spending: nil,
            discountRate: 0.1,
            margin: 1
        )
        let found = value.outlook(Self.history, Self.spent)
        #expect(found.expectedAmount == nil)
        #expect(found.value == nil)
        #expect(found.expectedOrders > 0)
    }
}

@Suite struct QuintilesTests {
    @Test func `puts a fifth into each, the highest into the fifth`() {
        #expect(fifths([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1])
        #expect(fifths([3, 1, 5, 2, 4]) == [3, 1, 5, 2, 4])
    }

    @Test func `gives equal figures the same fifth`() {
        #expect(fifths([0, 0, 0, 0, 0, 0, 1, 2, 2, 3]) == [1, 1, 1, 1, 1, 1, 4, 4, 4, 5])
        #expect(fifths([7, 7, 7, 7, 7]) == [1, 1, 1, 1, 1])
    }

    @Test func `is one more than the fifths that lie wholly below`() {
        for count in 5...40 {
            let figures = (0..<count).map { $0 * $0 * 7 % 11 }
            let expected = figures.map { figure in figures.count { $0 < figure } * 5 / count + 1 }
            #expect(fifths(figures) == expected)
        }
    }

    @Test func `judges figures that are not of the base`() {
        let quintiles = Quintiles(cuts: [10, 20, 30, 40])
        #expect([-1, 10, 11, 25, 40, 41].map(quintiles.fifth) == [1, 1, 2, 3, 4, 5])
    }

    @Test func `needs five customers`() {
        #expect(Quintiles([1, 2, 3, 4]) == nil)
    }

    private func fifths(_ figures: [Int]) -> [Int]? {
        Quintiles(figures).map { figures.map($0.fifth) }
    }
}
