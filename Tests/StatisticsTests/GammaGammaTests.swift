// SPDX-License-Identifier: Apache-2.0
import Foundation
import Statistics
import TestSupport
import Testing

@Suite struct GammaGammaTests {
    private static let published = GammaGamma(p: 6.25, q: 3.74, v: 15.44)

    static let starts: [GammaGamma?] = [
        nil,
        GammaGamma(p: 1, q: 1, v: 1),
        GammaGamma(p: 0.1, q: 10, v: 0.1),
        GammaGamma(p: 50, q: 50, v: 50),
    ]

    @Test(.enabled(if: CDNOW.isThere, "../shared/data/cdnow is not there"), arguments: starts)
    func `finds the published parameters, wherever it starts`(_ start: GammaGamma?) throws {
        let spendings = try CDNOW.customers().compactMap {
            $0.spending(until: CDNOW.calibrationEnd)
        }
        #expect(spendings.count == 946)
        let fit = try GammaGamma.fit(spendings, from: start)
        #expect(near(fit.model.p, 6.248_8, within: 0.02))
        #expect(near(fit.model.q, 3.744_6, within: 0.02))
        #expect(near(fit.model.v, 15.447_7, within: 0.02))
        #expect(near(fit.logLikelihood, -4_055.923, within: 0.01))
        #expect(fit.standardErrors != nil)
        let again = try fit.model.logLikelihood(spendings)
        #expect(near(again, fit.logLikelihood, within: 1e-8))
    }

    /// Customers whose levels differ, and whose means lie the nearer to them the more they bought:
    /// the search is held without the published data.
    @Test func `finds a maximum of made-up amounts`() throws {
        let spendings = (0..<300).map { number in
            let level = 20 + Double(number * 37 % 61)
            let frequency = number % 5 + 1
            let off = Double(number * 29 % 41 - 20) / 40 / Double(frequency).squareRoot()
            return Spending(frequency: frequency, mean: level * (1 + off))
        }
        let fit = try GammaGamma.fit(spendings)
        for (p, q, v) in [(1.01, 1, 1), (1, 1.01, 1), (1, 1, 1.01), (0.99, 1, 1), (1, 1, 0.99)] {
            let other = try #require(
                GammaGamma(p: fit.model.p * p, q: fit.model.q * q, v: fit.model.v * v)
            )
            #expect(try other.logLikelihood(spendings) < fit.logLikelihood)
        }
    }

    /// By the note's equation 1a with thirty digits (Python's mpmath).
    @Test func `reckons how probable a mean is`() throws {
        let model = try #require(Self.published)
        for (frequency, mean, expected) in [
            (1, 11.77, -3.737_709_678_740_84), (2, 22.35, -3.551_316_759_731_704_7),
            (30, 99, -7.130_227_014_587_054),
        ] {
            let found = try model.logLikelihood([Spending(frequency: frequency, mean: mean)])
            #expect(near(found, expected, within: 1e-12))
        }
    }

    @Test func `expects what the note expects`() throws {
        let model = try #require(Self.published)
        let seen = Spending(frequency: 2, mean: 22.35)
        #expect(near(try #require(model.expectedAmount(seen)), 24.66, within: 0.01))
        // 6.25 · 15.44 / 2.74
        #expect(near(try #require(model.expectedAmount(nil)), 35.219, within: 0.001))
        #expect(model.expectedAmount(Spending(frequency: 2, mean: 0)) == model.meanAmount)
    }

    @Test func `expects nothing where there is no mean`() throws {
        let wide = try #require(GammaGamma(p: 0.1, q: 0.5, v: 1))
        #expect(wide.meanAmount == nil)
        #expect(wide.expectedAmount(nil) == nil)
        #expect(wide.expectedAmount(Spending(frequency: 1, mean: 5)) == nil)
        #expect(wide.expectedAmount(Spending(frequency: 9, mean: 5)) != nil)
    }

    static let badData: [([Spending], ModelError)] = [
        ([], .empty),
        ([Spending(frequency: 0, mean: 5)], .badNumber(at: 0)),
        ([Spending(frequency: 1, mean: 0)], .badNumber(at: 0)),
        ([Spending(frequency: 1, mean: 5), Spending(frequency: 1, mean: -5)], .badNumber(at: 1)),
        ([Spending(frequency: 1, mean: .nan)], .badNumber(at: 0)),
        ([Spending(frequency: 1, mean: .infinity)], .badNumber(at: 0)),
        ([Spending(frequency: -3, mean: 5)], .badNumber(at: 0)),
        ([Spending(frequency: .max, mean: 5)], .badNumber(at: 0)),
    ]

    @Test(arguments: badData)
    func `refuses what is no spending`(_ spendings: [Spending], _ error: ModelError) {
        #expect(throws: error) { try GammaGamma.fit(spendings) }
    }

    @Test func `ends where everybody spends the same`() {
        let spendings = [Spending](repeating: Spending(frequency: 3, mean: 20), count: 100)
        do {
            let fit = try GammaGamma.fit(spendings)
            #expect(fit.logLikelihood.isFinite)
        } catch {
            #expect(error as? ModelError == .noMaximum)
        }
    }

    /// Sums of a few amounts with a heavy tail are best explained by purchases of a customer that do
    /// not differ at all: the shape p goes to infinity.
    @Test func `ends soon where the maximum is at infinity`() {
        var generator = SeededGenerator(seed: 5)
        let spendings = (0..<5_000).map { _ in
            let amounts = (0..<3).map { _ in pow(Double.random(in: 0..<1, using: &generator), -0.8)
            }
            return Spending(frequency: 3, mean: 20 * amounts.reduce(0, +) / 3)
        }
        var looks = 0
        do {
            let fit = try GammaGamma.fit(spendings) { looks += 1 }
            #expect(fit.model.p > 1_000)
        } catch {
            #expect(error as? ModelError == .noMaximum)
        }
        #expect(looks <= 350)
    }

    @Test func `ends when it is interrupted`() throws {
        struct Interruption: Error {}
        let spendings = (1...100).map { Spending(frequency: 2, mean: Double($0)) }
        var looks = 0
        #expect(throws: Interruption.self) {
            try GammaGamma.fit(spendings) {
                looks += 1
                if looks == 3 { throw Interruption() }
            }
        }
        #expect(looks == 3)
    }
}
