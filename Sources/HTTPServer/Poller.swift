// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// An epoll set; events carry 64 bits that were given with the descriptor.
@safe struct Poller: ~Copyable {
    struct Event {
        let flags: UInt32
        let datum: UInt64
    }

    private static let room = 256
    private let epoll: Descriptor
    // Allocated and freed with the set; only the first `count` events of a wait are read.
    private let events: UnsafeMutablePointer<epoll_event>

    init() throws(ServerError) {
        epoll = try Descriptor(linux_epoll_create(), from: "epoll_create1")
        unsafe events = .allocate(capacity: Self.room)
        unsafe events.initialize(repeating: epoll_event(), count: Self.room)
    }

    deinit {
        unsafe events.deallocate()
    }

    func add(_ descriptor: Int32, flags: UInt32, datum: UInt64) -> Bool {
        linux_epoll_add(epoll.number, descriptor, flags, datum) == 0
    }

    func remove(_ descriptor: Int32) {
        _ = linux_epoll_remove(epoll.number, descriptor)
    }

    /// Waits and returns the number of events.
    func wait(milliseconds: Int) -> Int {
        let limit = Int32(clamping: milliseconds)
        let count = unsafe linux_epoll_wait(epoll.number, events, Int32(Self.room), limit)
        return max(0, Int(count))
    }

    func event(_ index: Int) -> Event {
        precondition(index >= 0 && index < Self.room)
        return unsafe Event(flags: events[index].events, datum: events[index].data.u64)
    }
}
