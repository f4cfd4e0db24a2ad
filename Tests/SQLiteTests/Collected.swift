// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Foundation

/// What other threads have handed in, and a way to wait for it.
///
/// `@unchecked Sendable`: `elements` is touched only while `condition` is locked. It is no `Mutex`,
/// for the thread sanitizer does not see that one on Linux and reports races.
final class Collected<Element: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var elements: [Element] = []

    var all: [Element] { condition.withLock { elements } }

    func add(_ element: Element) {
        condition.withLock {
            elements.append(element)
            condition.signal()
        }
    }

    /// Waits until as many have arrived in all and returns them.
    func wait(for count: Int) -> [Element] {
        condition.withLock {
            while elements.count < count { condition.wait() }
            return elements
        }
    }
}

/// Holds threads until it is opened.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func pass() {
        semaphore.wait()
        semaphore.signal()
    }

    func open() { semaphore.signal() }
}
