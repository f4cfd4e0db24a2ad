// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What other threads have handed in, and a way to wait for it.
///
/// `@unchecked Sendable`: `elements` is touched only while `condition` is locked.
package final class Collected<Element: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var elements: [Element] = []

    package init() {}

    package var all: [Element] { condition.withLock { elements } }

    package func add(_ element: Element) {
        condition.withLock {
            elements.append(element)
            condition.signal()
        }
    }

    /// Waits until as many have arrived in all and returns them.
    package func wait(for count: Int) -> [Element] {
        condition.withLock {
            while elements.count < count { condition.wait() }
            return elements
        }
    }
}
