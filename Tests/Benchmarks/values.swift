// SPDX-License-Identifier: Apache-2.0
// Times the models of customer value on the summary of CDNOW; `values.py` compiles it with the module
// `Statistics` and runs it.

import Foundation

/// One line of a result for `values.py`.
func tell(_ name: String, _ value: Double) { print("\(name) \(value)") }

func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let time = try clock.measure(body)
    return Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
}

let arguments = CommandLine.arguments
let text = try String(contentsOfFile: arguments[1], encoding: .utf8)
var histories: [PurchaseHistory] = []
for line in text.split(whereSeparator: \.isNewline).dropFirst() {
    let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard let x = Int(cells[1]), let recency = Double(cells[2]), let age = Double(cells[3]) else {
        fatalError("no summary: \(line)")
    }
    histories.append(PurchaseHistory(frequency: x, recency: recency, age: age))
}

let rounds = Int(arguments[2]) ?? 5
var fit = try BGNBD.fit(histories)
for _ in 0..<rounds { tell("fit", try seconds { fit = try BGNBD.fit(histories) }) }
tell("r", fit.model.r)
tell("alpha", fit.model.alpha)
tell("a", fit.model.a)
tell("b", fit.model.b)

// A base of a million: histories as they are drawn from the model's own kind, all of them different
// enough that little is remembered from one to the next.
let count = Int(arguments[3]) ?? 1_000_000
var state: UInt64 = 7
func draw() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / Double(1 << 53)
}
// As it is published for the amounts of CDNOW.
let amounts = GammaGamma(p: 6.25, q: 3.74, v: 15.44)
let base: [(PurchaseHistory, Spending?)] = (0..<count).map { _ in
    let weeks = (1 + draw() * 155 * 7).rounded(.down) / 7
    let frequency = Int(-log(draw()) * 3)
    let recency = frequency > 0 ? (draw() * weeks * 7).rounded(.down) / 7 : 0
    let history = PurchaseHistory(frequency: frequency, recency: recency, age: weeks)
    let spent = frequency > 0 ? Spending(frequency: frequency, mean: 5 + draw() * 100) : nil
    return (history, spent)
}
var sum = 0.0
for _ in 0..<rounds {
    tell(
        "score",
        seconds {
            var forecast = LifetimeValue(
                model: fit.model,
                spending: amounts,
                discountRate: 0.1,
                margin: 1
            )
            for (history, spent) in base { sum += forecast.outlook(history, spent).value ?? 0 }
        }
    )
}
tell("sum", sum)
