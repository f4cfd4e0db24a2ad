// SPDX-License-Identifier: Apache-2.0

/// What a check finds, told as it is found.
///
/// A check has steps; damage that ends one is a finding, and the next goes on.
package final class Findings {
    package private(set) var all: [String] = []
    private let tell: (String) throws -> Void

    /// `tell` is handed one finding after the other; what it throws ends the check.
    package init(_ tell: @escaping (String) throws -> Void = { _ in }) {
        self.tell = tell
    }

    package func add(_ finding: String) throws {
        all.append(finding)
        try tell(finding)
    }

    /// Runs a step, which is named in the finding that it cannot be done.
    package func step(_ name: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as SQLiteError where error.isDamage {
            try add("\(name) cannot be checked: \(error.message)")
        }
    }
}
