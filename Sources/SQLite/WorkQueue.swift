// SPDX-License-Identifier: Apache-2.0
import CSQLite
import Glibc

/// A bounded first-in first-out queue between threads.
///
/// `@unchecked Sendable`: every access to its state holds `mutex`, and `Element` is Sendable.
/// `@safe`: the pointers are set from init to deinit.
@safe final class WorkQueue<Element: Sendable>: @unchecked Sendable {
    private let limit: Int
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let filled: UnsafeMutablePointer<pthread_cond_t>
    /// Signalled when something is taken, where somebody waits for room.
    private let emptied: UnsafeMutablePointer<pthread_cond_t>
    /// What waits, after `head` places that are already empty.
    private var elements: [Element?] = []
    private var head = 0
    private var sleepers = 0
    private var pushers = 0
    private var isOver = false

    init(limit: Int) {
        self.limit = limit
        unsafe mutex = .allocate(capacity: 1)
        unsafe filled = .allocate(capacity: 1)
        unsafe emptied = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(filled, &attributes)
        unsafe pthread_cond_init(emptied, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(emptied)
        unsafe pthread_cond_destroy(filled)
        unsafe pthread_mutex_destroy(mutex)
        unsafe emptied.deallocate()
        unsafe filled.deallocate()
        unsafe mutex.deallocate()
    }

    var count: Int { locked { elements.count - head } }

    var isClosed: Bool { locked { isOver } }

    /// Adds an element, or tells that there is no room, also after so many seconds, or that the queue
    /// is closed.
    func push(_ element: Element, waitingAtMost seconds: Int = 0) -> Bool {
        locked {
            if seconds > 0 { waitForRoom(seconds) }
            guard !isOver, hasRoom else { return false }
            elements.append(element)
            if sleepers > 0 { unsafe pthread_cond_signal(filled) }
            return true
        }
    }

    /// The next element, without waiting.
    func next() -> Element? { locked { take() } }

    /// The next element, waiting for one; nil when the queue is closed and empty.
    func wait() -> Element? {
        locked {
            while elements.count == head, !isOver {
                sleepers += 1
                unsafe pthread_cond_wait(filled, mutex)
                sleepers -= 1
            }
            return take()
        }
    }

    /// What a wait with an end came to.
    enum Waited {
        case element(Element)
        case nothing
        case closed
    }

    /// The next element, waiting for one, but no longer than so many seconds.
    func wait(atMost seconds: Int) -> Waited {
        locked {
            var end = Self.time(in: seconds)
            while elements.count == head, !isOver {
                sleepers += 1
                let code = unsafe pthread_cond_timedwait(filled, mutex, &end)
                sleepers -= 1
                guard code == 0 else { return .nothing }
            }
            return take().map(Waited.element) ?? .closed
        }
    }

    /// Refuses what comes from now on; what waits can still be taken.
    func close() {
        locked {
            isOver = true
            unsafe pthread_cond_broadcast(filled)
            unsafe pthread_cond_broadcast(emptied)
        }
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body()
    }

    private var hasRoom: Bool { elements.count - head < limit }

    private func waitForRoom(_ seconds: Int) {
        var end = Self.time(in: seconds)
        while !hasRoom, !isOver {
            pushers += 1
            let code = unsafe pthread_cond_timedwait(emptied, mutex, &end)
            pushers -= 1
            guard code == 0 else { return }
        }
    }

    private static func time(in seconds: Int) -> timespec {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        time.tv_sec += seconds
        return time
    }

    private func take() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        if pushers > 0 { unsafe pthread_cond_signal(emptied) }
        if head == elements.count {
            elements.removeAll(keepingCapacity: true)
            head = 0
        } else if head > limit {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }
}
