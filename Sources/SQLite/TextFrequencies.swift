// SPDX-License-Identifier: Apache-2.0

/// Of what a connection has counted, that it was frequent.
struct TextFrequencies {
    /// More than people look for in a day; then it begins anew.
    private static let most = 4_096
    /// What stands in fewer rows is counted sooner than it is kept.
    private static let least = 1_000

    private var counts: [String: Int] = [:]

    /// Whether it was found in so many at least.
    func isAtLeast(_ limit: Int, _ text: String) -> Bool {
        counts[text].map { $0 >= limit } ?? false
    }

    mutating func note(_ count: Int, _ text: String) {
        guard count >= Self.least, counts[text].map({ $0 < count }) ?? true else { return }
        if counts.count >= Self.most { counts = [:] }
        counts[text] = count
    }
}
