// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import SQLite
import Synchronization

/// Somebody who waits for one commit after the other.
final class OtherChanges: Sendable {
    private let writer: Writer
    private let changes = Mutex(0)
    private let goesOn = Mutex(true)

    /// How many commits it has waited for.
    var count: Int { changes.withLock { $0 } }

    init(writer: Writer) { self.writer = writer }

    func change() throws(QueueFull) {
        try writer.submit { transaction in
            try transaction.run("UPDATE tier_policy SET margin = margin WHERE id = 1")
        } then: { [self] _ in
            changes.withLock { $0 += 1 }
            guard goesOn.withLock({ $0 }) else { return }
            do { try change() } catch { stop() }
        }
    }

    func stop() { goesOn.withLock { $0 = false } }
}
