// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Finds where a smooth function of a few variables is least: the method of Broyden, Fletcher,
/// Goldfarb and Shanno (BFGS; Nocedal and Wright, "Numerical Optimization", algorithm 6.1).
///
/// Each step goes downhill far enough (Armijo) and is no longer than `longestStep`. The function is
/// asked some `evaluationLimit` times at most: whatever it is, the search ends.
struct Minimizer {
    /// A function's value and its slopes at a point.
    struct Slope {
        var value: Double
        var gradient: [Double]
    }

    struct Minimum {
        let point: [Double]
        let value: Double
        /// The largest slope in any direction there.
        let steepness: Double
    }

    /// A few dozen do where there is a minimum; on the way to infinity no number is enough.
    var evaluationLimit = 300
    /// In the variables' own measure; with logarithms as variables, a factor of seven.
    var longestStep = 2.0
    /// It is done where no slope is steeper.
    var tolerance = 1e-9
    /// It is done, too, where no slope is steeper and a step no longer changes the value.
    var flatTolerance = 1e-7

    func minimize(
        from start: [Double],
        _ function: ([Double]) throws -> Slope
    ) rethrows -> Minimum {
        var evaluations = 0
        func evaluate(_ point: [Double]) throws -> Slope {
            evaluations += 1
            return try function(point)
        }
        let count = start.count
        var point = start
        var here = try evaluate(point)
        var inverse = Self.identity(count)
        var isFresh = true
        // A slope that is no number ends it, too.
        while evaluations < evaluationLimit, Self.largest(here.gradient) > tolerance {
            var direction = inverse.map { -Self.dot($0, here.gradient) }
            var descent = Self.dot(direction, here.gradient)
            if !(descent < 0) {
                direction = here.gradient.map { -$0 }
                descent = Self.dot(direction, here.gradient)
                inverse = Self.identity(count)
                isFresh = true
            }
            let length = Self.largest(direction)
            if length > longestStep {
                direction = direction.map { $0 * (longestStep / length) }
                descent *= longestStep / length
            }
            guard
                let (next, there) = try search(
                    point,
                    here,
                    along: direction,
                    descent: descent,
                    evaluate
                )
            else {
                // If so, the numbers have no room for a better point.
                guard !isFresh else { break }
                inverse = Self.identity(count)
                isFresh = true
                continue
            }
            let isStill =
                here.value - there.value <= 1e-15 * there.value.magnitude
                && Self.largest(there.gradient) <= flatTolerance
            let move = zip(next, point).map { $0 - $1 }
            let turn = zip(there.gradient, here.gradient).map { $0 - $1 }
            Self.update(&inverse, move: move, turn: turn, isFresh: isFresh)
            isFresh = false
            point = next
            here = there
            if isStill { break }
        }
        return Minimum(
            point: point,
            value: here.value,
            steepness: Self.largest(here.gradient)
        )
    }

    /// Halves the step until the value has fallen by a fair part of what the slope promises.
    private func search(
        _ point: [Double],
        _ here: Slope,
        along direction: [Double],
        descent: Double,
        _ function: ([Double]) throws -> Slope
    ) rethrows -> ([Double], Slope)? {
        var factor = 1.0
        for _ in 0..<50 {
            let next = zip(point, direction).map { $0 + factor * $1 }
            let there = try function(next)
            // In a long valley the part of the slope that is asked for may be lost in rounding: who
            // stays as high as before gets nowhere.
            let isLower =
                there.value < here.value || Self.largest(there.gradient) <= flatTolerance
            if isLower, there.value.isFinite, there.gradient.allSatisfy(\.isFinite),
                there.value <= here.value + 1e-4 * factor * descent
            {
                return (next, there)
            }
            factor /= 2
        }
        return nil
    }

    /// Learns the curvature from how far the slopes turned over a move.
    private static func update(
        _ inverse: inout [[Double]],
        move: [Double],
        turn: [Double],
        isFresh: Bool
    ) {
        let curvature = dot(move, turn)
        guard curvature > 1e-300 else { return }
        if isFresh {
            // The scale of the first guess (Nocedal and Wright 6.20).
            let scale = curvature / dot(turn, turn)
            inverse = identity(move.count).map { row in row.map { $0 * scale } }
        }
        let turned = inverse.map { dot($0, turn) }
        let weight = (1 + dot(turn, turned) / curvature) / curvature
        for row in move.indices {
            for column in move.indices {
                inverse[row][column] +=
                    weight * move[row] * move[column]
                    - (turned[row] * move[column] + move[row] * turned[column]) / curvature
            }
        }
    }

    private static func identity(_ count: Int) -> [[Double]] {
        (0..<count).map { row in (0..<count).map { $0 == row ? 1 : 0 } }
    }

    private static func dot(_ one: [Double], _ other: [Double]) -> Double {
        zip(one, other).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private static func largest(_ values: [Double]) -> Double {
        values.reduce(0) { max($0, $1.magnitude) }
    }
}

extension Minimizer {
    /// The standard errors at the minimum of a negative log-likelihood, the roots of the diagonal of
    /// the inverse curvature; nil where the function is flat in some direction.
    ///
    /// The curvature comes from central differences of the slopes.
    static func standardErrors(
        at point: [Double],
        _ function: ([Double]) throws -> Slope
    ) rethrows -> [Double]? {
        let width = 1e-4
        var curvature = try point.indices.map { place in
            var above = point
            above[place] += width
            var below = point
            below[place] -= width
            let slopes = (try function(above).gradient, try function(below).gradient)
            return zip(slopes.0, slopes.1).map { ($0 - $1) / (2 * width) }
        }
        for row in point.indices {
            for column in 0..<row {
                let mean = (curvature[row][column] + curvature[column][row]) / 2
                curvature[row][column] = mean
                curvature[column][row] = mean
            }
        }
        return inverseDiagonal(curvature).map { $0.map { $0.squareRoot() } }
    }

    /// The diagonal of the inverse of a positive definite matrix, by its Cholesky factor.
    private static func inverseDiagonal(_ matrix: [[Double]]) -> [Double]? {
        let count = matrix.count
        var factor = matrix
        for row in 0..<count {
            for column in 0...row {
                var sum = matrix[row][column]
                for place in 0..<column { sum -= factor[row][place] * factor[column][place] }
                if row == column {
                    guard sum > 1e-12 * matrix[row][row].magnitude else { return nil }
                    factor[row][row] = sum.squareRoot()
                } else {
                    factor[row][column] = sum / factor[column][column]
                }
            }
        }
        // Column by column of the inverse factor; the inverse's diagonal are their squares' sums.
        return (0..<count).map { start in
            var column = [Double](repeating: 0, count: count)
            for row in start..<count {
                var sum = row == start ? 1.0 : 0.0
                for place in start..<row { sum -= factor[row][place] * column[place] }
                column[row] = sum / factor[row][row]
            }
            return dot(column, column)
        }
    }
}
