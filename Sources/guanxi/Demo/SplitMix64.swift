// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A small random generator whose numbers are the same everywhere for the same seed.
///
/// SplitMix64: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA
/// 2014, with the constants of its reference code.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    /// Streams of one seed are independent of each other.
    init(seed: UInt64, stream: Int = 0) {
        state = seed
        state = next() ^ UInt64(truncatingIfNeeded: stream)
        state = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

// MARK: - Draws

extension SplitMix64 {
    /// From 0 up to, not including, 1, in steps of 2⁻⁵³.
    mutating func fraction() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    mutating func happens(_ probability: Double) -> Bool {
        fraction() < probability
    }

    mutating func number(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(fraction() * Double(range.count))
    }

    mutating func number(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + fraction() * (range.upperBound - range.lowerBound)
    }

    /// Any element; the list is not empty.
    mutating func pick<Element>(_ list: [Element]) -> Element {
        list[number(in: 0...list.count - 1)]
    }

    mutating func exponential(mean: Double) -> Double {
        -mean * log(1 - fraction())
    }

    /// By Box and Muller's transformation.
    mutating func normal() -> Double {
        (-2 * log(1 - fraction())).squareRoot() * cos(2 * Double.pi * fraction())
    }

    /// `spread` is the deviation of the logarithm.
    mutating func logNormal(median: Double, spread: Double) -> Double {
        median * exp(spread * normal())
    }

    /// By Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", 2000.
    mutating func gamma(shape: Double, mean: Double) -> Double {
        guard shape >= 1 else {
            let boost = pow(1 - fraction(), 1 / shape)
            return gamma(shape: shape + 1, mean: mean * (shape + 1) / shape) * boost
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let v = pow(1 + c * x, 3)
            guard v > 0, log(1 - fraction()) < x * x / 2 + d - d * v + d * log(v) else { continue }
            return d * v * mean / shape
        }
    }

    /// How many events of a mean number, by Knuth's product of fractions.
    mutating func poisson(mean: Double) -> Int {
        let limit = exp(-mean)
        var product = fraction()
        var count = 0
        while product > limit {
            product *= fraction()
            count += 1
        }
        return count
    }
}

/// Elements that are drawn by their weights.
struct Weighted<Element: Sendable>: Sendable {
    private let elements: [Element]
    /// The sums of the weights up to each element.
    private let sums: [Double]

    init(_ pairs: [(Element, Double)]) {
        elements = pairs.map(\.0)
        var sum = 0.0
        sums = pairs.map { pair in
            sum += pair.1
            return sum
        }
    }

    /// The earlier in the list, the more often: the n-th element has the weight 1 ÷ (n + `offset`).
    init(ranked elements: [Element], offset: Double) {
        self.init(elements.enumerated().map { ($1, 1 / (Double($0 + 1) + offset)) })
    }

    func draw(_ random: inout SplitMix64) -> Element {
        let target = random.fraction() * (sums.last ?? 0)
        let place = sums.firstIndex { $0 > target }
        return elements[place ?? elements.count - 1]
    }
}
