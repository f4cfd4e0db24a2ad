// SPDX-License-Identifier: Apache-2.0
import CLinux
import Synchronization

/// The part of a reactor that other threads may touch.
final class ReactorLink: Sendable {
    let mailbox: Mailbox<Letter>
    /// Connections open.
    let open = Atomic<Int>(0)
    /// Since when the connection has been idle that has been so the longest.
    let idleSince = Atomic<Int>(.max)
    /// Becomes readable when the reactor runs or could not be made.
    let started: Descriptor
    /// Why it could not be made.
    let startFailure = Mutex<(any Error)?>(nil)
    /// Becomes readable when the thread has done its last work.
    let ended: Descriptor
    private let parked = Atomic<Int>(0)
    private let wakes = Atomic<Int>(0)
    private let isWakePosted = Atomic<Bool>(false)

    init() throws {
        mailbox = try Mailbox()
        started = try Descriptor(linux_eventfd(), from: "eventfd")
        ended = try Descriptor(linux_eventfd(), from: "eventfd")
    }
}

// Waking parked requests. The waker counts up, then looks for parked ones; the reactor counts one
// as parked, then looks whether the waker has counted up since the request was run. Both orders
// are sequentially consistent, so one of the two sees the other and no wake is lost.
extension ReactorLink {
    /// To be read before a request is run.
    var wakesSoFar: Int { wakes.load(ordering: .sequentiallyConsistent) }

    func wake() {
        wakes.add(1, ordering: .sequentiallyConsistent)
        if parked.load(ordering: .sequentiallyConsistent) > 0 { postWake() }
    }

    func park(since seen: Int) {
        parked.add(1, ordering: .sequentiallyConsistent)
        if wakesSoFar != seen { postWake() }
    }

    func unpark() {
        parked.subtract(1, ordering: .sequentiallyConsistent)
    }

    /// To be called before the parked requests are run again.
    func takeWake() {
        isWakePosted.store(false, ordering: .sequentiallyConsistent)
    }

    private func postWake() {
        let isUnderWay = isWakePosted.exchange(true, ordering: .sequentiallyConsistent)
        if !isUnderWay { mailbox.post(.wake) }
    }
}
