// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Ends, once and for all, what the connections that know it are reading; told by any thread.
final class Interruption: Sendable {
    private let flag = Atomic(false)

    var hasCome: Bool { flag.load(ordering: .relaxed) }

    func come() { flag.store(true, ordering: .relaxed) }
}
