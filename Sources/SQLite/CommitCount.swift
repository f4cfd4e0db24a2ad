// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Counts the commits of a writer, each before anyone learns of it.
package final class CommitCount: Sendable {
    /// Twice the commits that have ended, and one more while one is under way.
    private let steps = Atomic(0)

    package init() {}

    /// How many commits have ended.
    var now: Int { steps.load(ordering: .sequentiallyConsistent) / 2 }

    /// Counts the commit that the body makes, or tries to.
    func counting<Value>(_ body: () -> Value) -> Value {
        steps.add(1, ordering: .sequentiallyConsistent)
        defer { steps.add(1, ordering: .sequentiallyConsistent) }
        return body()
    }

    /// Whether no commit was under way from the beginning of the body to its end, so that all that it
    /// saw of the database is of one state.
    package func isStill(during body: () throws -> Void) rethrows -> Bool {
        let before = steps.load(ordering: .sequentiallyConsistent)
        try body()
        let after = steps.load(ordering: .sequentiallyConsistent)
        return before == after && before.isMultiple(of: 2)
    }
}
