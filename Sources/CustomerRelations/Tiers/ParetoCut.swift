// SPDX-License-Identifier: Apache-2.0

/// Cuts a descending row of values where their running sum reaches two shares of the whole.
///
/// The head is the smallest prefix that reaches the first share, the middle goes on to the smallest
/// prefix that reaches the second, the tail is the rest and all that is not positive. Exact: sums
/// of 64-bit values in 128 bits.
struct ParetoCut {
    enum Part {
        case head
        case middle
        case tail
    }

    private let whole: Int128
    private let head: Share
    private let middle: Share
    /// The sum of the positive values so far.
    private(set) var sum: Int128 = 0

    /// `whole` is the sum of the positive values.
    init(of whole: Int128, head: Share, middle: Share) {
        self.whole = whole
        self.head = head
        self.middle = middle
    }

    /// Takes the next value, which is not larger than the one before.
    mutating func next(_ value: Int64) -> Part {
        guard value > 0 else { return .tail }
        defer { sum += Int128(value) }
        // A value is in the smallest prefix if those before it do not reach the share yet.
        if !head.isReached(by: sum, of: whole) { return .head }
        if !middle.isReached(by: sum, of: whole) { return .middle }
        return .tail
    }
}
