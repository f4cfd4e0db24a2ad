// SPDX-License-Identifier: Apache-2.0
import Foundation
import Statistics
import Testing

@Suite struct BGNBDTests {
    private static let model = CDNOW.published
    private static let fitted = BGNBD(r: 0.242_59, alpha: 4.413_53, a: 0.792_89, b: 2.425_75)

    // MARK: - Fitting

    static let starts: [BGNBD?] = [
        nil,
        BGNBD(r: 1, alpha: 1, a: 1, b: 1),
        BGNBD(r: 0.01, alpha: 0.01, a: 0.01, b: 0.01),
        BGNBD(r: 30, alpha: 100, a: 20, b: 50),
        BGNBD(r: 10, alpha: 0.1, a: 5, b: 0.1),
        BGNBD(r: 0.1, alpha: 50, a: 0.1, b: 10),
    ]

    @Test(.enabled(if: CDNOW.isThere, "../shared/data/cdnow is not there"), arguments: starts)
    func `finds the published parameters, wherever it starts`(_ start: BGNBD?) throws {
        let fit = try BGNBD.fit(CDNOW.summary(), from: start)
        #expect(near(fit.model.r, 0.242_59, within: 1e-5))
        #expect(near(fit.model.alpha, 4.413_53, within: 1e-5))
        #expect(near(fit.model.a, 0.792_89, within: 1e-5))
        #expect(near(fit.model.b, 2.425_75, within: 1e-5))
        #expect(near(fit.logLikelihood, -9_582.425_6, within: 1e-4))
        #expect(fit.customers == 2_357)
        // As the Python package `lifetimes` finds them.
        let errors = try #require(fit.standardErrors)
        #expect(near(errors.r, 0.012_557, within: 2e-5))
        #expect(near(errors.alpha, 0.378_221, within: 2e-4))
        #expect(near(errors.a, 0.185_719, within: 2e-4))
        #expect(near(errors.b, 0.705_345, within: 2e-3))
        let again = try fit.model.logLikelihood(CDNOW.summary())
        #expect(near(again, fit.logLikelihood, within: 1e-8))
    }

    /// By the paper's equation 6 with thirty digits (Python's mpmath).
    static let likelihoods: [(PurchaseHistory, Double)] = [
        (PurchaseHistory(frequency: 0, recency: 0, age: 38.86), -0.554_713_276_438_158_45),
        (PurchaseHistory(frequency: 1, recency: 1.71, age: 38.86), -4.469_093_275_032_588_5),
        (PurchaseHistory(frequency: 2, recency: 30.43, age: 38.86), -9.458_606_307_066_271_2),
        (PurchaseHistory(frequency: 26, recency: 30.86, age: 31), -37.726_579_473_394_441),
        (PurchaseHistory(frequency: 1_000, recency: 50, age: 52), 1_896.398_660_062_91),
    ]

    @Test(arguments: likelihoods)
    func `reckons how probable a history is`(_ history: PurchaseHistory, _ expected: Double) throws
    {
        let found = try #require(Self.model).logLikelihood([history])
        #expect(near(found, expected, within: 1e-12 * max(1, abs(expected))))
    }

    /// Customers who bought and dropped out as the model says, with r = 1, α = 5, a = 1, b = 2.
    private static let madeUp: [PurchaseHistory] = {
        // Knuth's MMIX constants.
        var state: UInt64 = 7
        func draw() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (Double(state >> 11) + 0.5) / 9_007_199_254_740_992
        }
        return (0..<1_500).map { number in
            let age = Double(20 + number * 7 % 33)
            let rate = -log(draw()) / 5
            let dropOut = 1 - draw().squareRoot()
            var (frequency, last, time) = (0, 0.0, 0.0)
            while true {
                time -= log(draw()) / rate
                guard time <= age else { break }
                frequency += 1
                last = time
                if draw() < dropOut { break }
            }
            return PurchaseHistory(frequency: frequency, recency: last, age: age)
        }
    }()

    @Test(arguments: starts)
    func `finds one maximum of a made-up base, wherever it starts`(_ start: BGNBD?) throws {
        let best = try BGNBD.fit(Self.madeUp)
        #expect(near(best.model.r, 1, within: 0.15))
        #expect(near(best.model.alpha, 5, within: 1))
        let fit = try BGNBD.fit(Self.madeUp, from: start)
        #expect(near(fit.logLikelihood, best.logLikelihood, within: 1e-8))
        #expect(near(fit.model.r, best.model.r, within: 1e-4 * best.model.r))
        #expect(near(fit.model.b, best.model.b, within: 1e-4 * best.model.b))
    }

    @Test func `counts equal customers as many times as they are there`() throws {
        let once = try BGNBD.fit(Self.madeUp)
        let thrice = try BGNBD.fit((Self.madeUp + Self.madeUp + Self.madeUp).shuffled())
        #expect(near(thrice.model.r, once.model.r, within: 1e-4 * once.model.r))
        #expect(near(thrice.logLikelihood, 3 * once.logLikelihood, within: 1e-6))
    }

    @Test func `finds a point from which the likelihood falls to all sides`() throws {
        let best = try BGNBD.fit(Self.madeUp).model
        let top = try best.logLikelihood(Self.madeUp)
        for factor in [0.99, 1.01] {
            let others = [
                BGNBD(r: best.r * factor, alpha: best.alpha, a: best.a, b: best.b),
                BGNBD(r: best.r, alpha: best.alpha * factor, a: best.a, b: best.b),
                BGNBD(r: best.r, alpha: best.alpha, a: best.a * factor, b: best.b),
                BGNBD(r: best.r, alpha: best.alpha, a: best.a, b: best.b * factor),
            ]
            for other in others { #expect(try #require(other).logLikelihood(Self.madeUp) < top) }
        }
    }

    // MARK: - Bad data

    struct BadData: Sendable {
        let name: String
        let histories: [PurchaseHistory]
        let error: ModelError
    }

    private static let good = PurchaseHistory(frequency: 1, recency: 1, age: 2)

    private static func one(_ frequency: Int, _ recency: Double, _ age: Double)
        -> [PurchaseHistory]
    {
        [good, PurchaseHistory(frequency: frequency, recency: recency, age: age)]
    }

    static let badData = [
        BadData(name: "nobody", histories: [], error: .empty),
        BadData(name: "frequency", histories: one(-1, 0, 1), error: .badNumber(at: 1)),
        BadData(name: "much", histories: one(.max, 0, 1), error: .badNumber(at: 1)),
        BadData(name: "recency", histories: one(1, -1, 1), error: .badNumber(at: 1)),
        BadData(name: "age", histories: one(0, 0, -1), error: .badNumber(at: 1)),
        BadData(name: "NaN", histories: one(1, .nan, 1), error: .badNumber(at: 1)),
        BadData(name: "NaN age", histories: one(1, 1, .nan), error: .badNumber(at: 1)),
        BadData(name: "infinity", histories: one(1, 1, .infinity), error: .badNumber(at: 1)),
        BadData(name: "beyond", histories: one(1, 2, 1), error: .recencyBeyondAge(at: 1)),
        BadData(name: "once", histories: one(0, 1, 2), error: .recencyWithoutRepeat(at: 1)),
        BadData(
            name: "no repeats",
            histories: [PurchaseHistory(frequency: 0, recency: 0, age: 5)],
            error: .noRepeats
        ),
    ]

    @Test(arguments: badData)
    func `refuses what is no history`(_ bad: BadData) {
        #expect(throws: bad.error) { try BGNBD.fit(bad.histories) }
    }

    static let oddBases = [
        [PurchaseHistory(frequency: 1, recency: 1, age: 2)],
        [PurchaseHistory](repeating: PurchaseHistory(frequency: 5, recency: 9, age: 9), count: 50),
        [PurchaseHistory](repeating: PurchaseHistory(frequency: 1, recency: 0, age: 0), count: 9),
        [PurchaseHistory(frequency: 1_000_000_000, recency: 1e9, age: 1e9)],
        (1...100).map { PurchaseHistory(frequency: $0, recency: Double($0), age: Double($0)) },
        (1...100).map { PurchaseHistory(frequency: 1, recency: 1e-6, age: Double($0)) },
    ]

    @Test(arguments: oddBases)
    func `ends on bases that determine nothing`(_ base: [PurchaseHistory]) {
        do {
            let fit = try BGNBD.fit(base)
            #expect(fit.logLikelihood.isFinite)
        } catch {
            #expect(error as? ModelError == .noMaximum)
        }
    }

    /// Likelihood grows with r as long as the search goes on; where it stops says nothing.
    @Test(arguments: [0.0, 1, 5])
    func `learns no spread from customers who are all the same`(_ more: Double) {
        let histories = (0..<200).map { place in
            PurchaseHistory(
                frequency: 3,
                recency: 10,
                age: 20 + more * Double(place % 3)
            )
        }
        #expect(throws: ModelError.noMaximum) { try BGNBD.fit(histories) }
    }

    @Test func `ends when it is interrupted`() throws {
        struct Interruption: Error {}
        var looks = 0
        #expect(throws: Interruption.self) {
            try BGNBD.fit(Self.madeUp) {
                looks += 1
                if looks == 3 { throw Interruption() }
            }
        }
        #expect(looks == 3)
    }

    @Test func `has no parameters that are not positive`() {
        #expect(BGNBD(r: 0, alpha: 1, a: 1, b: 1) == nil)
        #expect(BGNBD(r: 1, alpha: -1, a: 1, b: 1) == nil)
        #expect(BGNBD(r: 1, alpha: 1, a: .nan, b: 1) == nil)
        #expect(BGNBD(r: 1, alpha: 1, a: 1, b: .infinity) == nil)
    }

    // MARK: - What is expected

    @Test func `expects what the paper expects of new customers`() throws {
        let model = try #require(Self.fitted)
        for (weeks, expected) in [(1.0 / 7, 0.0078), (1, 0.0532), (3, 0.1506), (32, 1.0437)] {
            #expect(near(model.expectedPurchases(within: weeks), expected, within: 5e-5))
        }
        #expect(model.expectedPurchases(within: 0) == 0)
    }

    @Test func `tells who is alive`() throws {
        let model = try #require(Self.fitted)
        let alive = [(2, 30.43), (1, 1.71), (0, 0)].map { frequency, recency in
            model.probabilityAlive(
                PurchaseHistory(frequency: frequency, recency: recency, age: 38.86)
            )
        }
        #expect(near(alive[0], 0.7266, within: 1e-4))
        #expect(near(alive[1], 0.2122, within: 1e-4))
        #expect(alive[2] == 1)
        let often = PurchaseHistory(frequency: 26, recency: 30.86, age: 31)
        let published = try #require(Self.model)
        #expect(near(published.probabilityAlive(often), 0.968_92, within: 1e-5))
    }

    struct Expectation: Sendable {
        let model: BGNBD?
        let history: (Int, Double, Double)
        let weeks: Double
        let purchases: Double
    }

    /// By the paper's equation 10 with thirty digits (Python's mpmath).
    static let expectations = [
        Expectation(
            model: model,
            history: (2, 30.43, 38.86),
            weeks: 39,
            purchases: 1.226_028_174_767_144_4
        ),
        Expectation(
            model: model,
            history: (26, 30.86, 31),
            weeks: 52,
            purchases: 25.758_195_936_483_515
        ),
        Expectation(
            model: model,
            history: (0, 0, 0),
            weeks: 52,
            purchases: 1.446_050_595_396_403_7
        ),
        Expectation(
            model: BGNBD(r: 0.01, alpha: 0.001, a: 0.05, b: 0.2),
            history: (0, 0, 0),
            weeks: 520,
            purchases: 2_307.049_449_515_350_8
        ),
        Expectation(
            model: BGNBD(r: 5, alpha: 0.5, a: 1.5, b: 3),
            history: (1_000, 51, 52),
            weeks: 52,
            purchases: 0.001_577_892_968_930_136_9
        ),
        // Beside the gaps of the hypergeometric form, at a = 1 and a + b = 1.
        Expectation(
            model: BGNBD(r: 0.243, alpha: 4.414, a: 1, b: 2.426),
            history: (3, 10, 20),
            weeks: 52,
            purchases: 1.939_191_5
        ),
        Expectation(
            model: BGNBD(r: 0.5, alpha: 1, a: 0.3, b: 0.7),
            history: (0, 0, 0),
            weeks: 1_000,
            purchases: 71.711_33
        ),
        Expectation(
            model: BGNBD(r: 2, alpha: 1, a: 0.01, b: 50),
            history: (3, 2, 5),
            weeks: 5_000,
            purchases: 3_997.464_560_058_856_3
        ),
        Expectation(
            model: BGNBD(r: 300, alpha: 1, a: 0.8, b: 0.9),
            history: (40_000, 400, 450),
            weeks: 52,
            purchases: 0
        ),
    ]

    @Test(arguments: expectations)
    func `expects what the hypergeometric form gives`(_ one: Expectation) throws {
        let model = try #require(one.model)
        let history = PurchaseHistory(
            frequency: one.history.0,
            recency: one.history.1,
            age: one.history.2
        )
        let found = model.expectedPurchases(history, within: one.weeks)
        // As many digits as the expected value is given with.
        let isExact = [1.939_191_5, 71.711_33].contains(one.purchases) == false
        #expect(near(found, one.purchases, within: (isExact ? 1e-12 : 1e-6) * one.purchases))
    }

    @Test func `gives finite numbers that rise with time, for all arguments`() throws {
        let shapes = [1e-3, 0.5, 1e4]
        let odds = [(1e-4, 1e4), (1.0, 1.0), (1e4, 1e-4), (1e4, 1e4), (1e6, 1e6)]
        let histories = [(0, 0, 0), (1, 0, 1e6), (1_000_000, 1e3, 1e3), (7, 1, 2.0)]
        for (place, alpha) in [1e-6, 1, 1e6].enumerated() {
            for (a, b) in odds {
                let model = try #require(BGNBD(r: shapes[place], alpha: alpha, a: a, b: b))
                for history in histories {
                    let history = PurchaseHistory(
                        frequency: history.0,
                        recency: history.1,
                        age: history.2
                    )
                    #expect((0...1).contains(model.probabilityAlive(history)))
                    var last = 0.0
                    for weeks in [1e-9, 1, 52, 1e9] {
                        let found = model.expectedPurchases(history, within: weeks)
                        #expect(found.isFinite && found >= last * (1 - 1e-7))
                        last = found
                    }
                }
            }
        }
    }
}
