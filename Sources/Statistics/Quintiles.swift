// SPDX-License-Identifier: Apache-2.0

/// What parts a base into fifths by a figure, the classic way of judging recency, frequency and
/// amount.
///
/// Source: J. R. Bult, T. Wansbeek, "Optimal Selection for Direct Mail", Marketing Science 14
/// (1995), 378–394.
package struct Quintiles: Sendable, Equatable {
    /// The highest figure of each fifth but the best, ascending.
    package let cuts: [Int]

    package init(cuts: [Int]) {
        self.cuts = cuts
    }

    /// The fifths of a base, in whatever order its figures are given; nil of fewer than five.
    package init?(_ figures: [Int]) {
        guard figures.count >= 5 else { return nil }
        let sorted = figures.sorted()
        cuts = (1...4).map { fifth in sorted[(sorted.count * fifth + 4) / 5 - 1] }
    }

    /// The fifth of a figure, from 1 to 5 for the highest.
    ///
    /// Equal figures have the same: one more than the fifths that lie wholly below them.
    package func fifth(of figure: Int) -> Int {
        1 + cuts.count { $0 < figure }
    }
}
