// SPDX-License-Identifier: Apache-2.0
import Foundation
package import SQLite

/// Holds threads until it is opened.
package final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    package init() {}

    package func pass() {
        semaphore.wait()
        semaphore.signal()
    }

    package func open() { semaphore.signal() }
}

extension Writer {
    /// Keeps the writer's thread busy until the gate is opened: what is submitted meanwhile queues,
    /// and is one batch then.
    package func hold() throws -> Gate {
        let running = Gate()
        let gate = Gate()
        try submit { _ in
            running.open()
            gate.pass()
        } then: { _ in
            // A writer that has given up runs nothing.
            running.open()
        }
        running.pass()
        return gate
    }
}

extension ReaderPool {
    /// Keeps one of its threads busy until the gate is opened.
    package func hold() throws -> Gate {
        let running = Gate()
        let gate = Gate()
        try submit { _ in
            running.open()
            gate.pass()
        }
        running.pass()
        return gate
    }
}
