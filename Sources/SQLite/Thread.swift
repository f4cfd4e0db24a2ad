// SPDX-License-Identifier: Apache-2.0
import CSQLite
import Glibc
import Synchronization

/// A thread of this module, joined once.
final class Thread: Sendable {
    /// Zero once it is joined; no thread of glibc has that handle.
    private let handle: Atomic<pthread_t>

    /// Starts a thread; at most 15 bytes of its name are seen (prctl(2)).
    ///
    /// One that gives way runs when no other wants the processor: what takes long should not slow
    /// down what is short.
    init(
        named name: String,
        givesWay: Bool = false,
        _ body: @escaping @Sendable () -> Void
    ) throws(SQLiteError) {
        var thread = pthread_t()
        let body = unsafe Unmanaged.passRetained(
            Body {
                unsafe csqlite_name_thread(name)
                if givesWay { csqlite_give_way() }
                body()
            }
        )
        let code = unsafe pthread_create(
            &thread,
            nil,
            { body in
                guard let body = unsafe body else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run()
                return nil
            },
            body.toOpaque()
        )
        guard code == 0 else {
            unsafe body.release()
            throw SQLiteError(code: SQLITE_NOMEM, message: "no thread (error \(code))")
        }
        handle = Atomic(thread)
    }

    deinit {
        let thread = handle.load(ordering: .acquiring)
        if thread != 0 { pthread_detach(thread) }
    }

    var isCurrent: Bool { handle.load(ordering: .relaxed) == pthread_self() }

    /// Waits for its end; the second call returns at once.
    func join() {
        let thread = handle.exchange(0, ordering: .acquiringAndReleasing)
        if thread != 0 { pthread_join(thread, nil) }
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
