// SPDX-License-Identifier: Apache-2.0

/// Scores from 1 to 5 by place in the base, the classic way of judging recency, frequency and money.
package enum Quintiles {
    /// The score of each value: 5 for the highest fifth.
    ///
    /// Equal values have the same score: one more than the fifths that lie wholly below them, so
    /// that the order in which they are given does not matter.
    package static func scores<Value: Comparable>(_ values: [Value]) -> [Int] {
        let places = values.indices.sorted { values[$0] < values[$1] }
        var scores = [Int](repeating: 1, count: values.count)
        var below = 0
        for (rank, place) in places.enumerated() {
            if rank > 0, values[places[rank - 1]] < values[place] { below = rank }
            scores[place] = below * 5 / values.count + 1
        }
        return scores
    }
}
