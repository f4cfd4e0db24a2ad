// SPDX-License-Identifier: Apache-2.0

/// How long things took, in seconds, without the time that was spent waiting for customers.
package struct HandlingTimes: Sendable, Equatable {
    package let median: Double
    /// Nine of ten took no longer.
    package let ninetieth: Double
    package let worst: Double

    /// Nil of none; percentiles are by nearest rank, a value that occurred.
    init?(milliseconds: [Int64]) {
        guard !milliseconds.isEmpty else { return nil }
        let sorted = milliseconds.sorted()
        func percentile(_ percent: Int) -> Double {
            let rank = (percent * sorted.count + 99) / 100
            return Double(sorted[max(1, rank) - 1]) / 1000
        }
        median = percentile(50)
        ninetieth = percentile(90)
        worst = percentile(100)
    }
}
