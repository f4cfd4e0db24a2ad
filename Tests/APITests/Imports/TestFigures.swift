// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Figures noted on any thread.
final class TestFigures: Sendable {
    private let figures = Mutex<[[Int]]>([])

    var all: [[Int]] { figures.withLock { $0 } }

    func note(_ values: Int...) {
        figures.withLock { $0.append(values) }
    }
}
