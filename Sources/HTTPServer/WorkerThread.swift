// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// A thread that runs one closure; it takes no signals but those of its own faults.
struct WorkerThread: Sendable {
    private let handle: pthread_t

    private final class Work: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    // Not isolated to any actor: a closure that inherited one would crash on the new thread.
    nonisolated init(name: String, body: @escaping @Sendable () -> Void) throws(ServerError) {
        var signals = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&signals)
        for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGPROF] {
            unsafe sigdelset(&signals, fault)
        }
        var thread = pthread_t()
        // The thread takes over the reference it is given.
        let work = unsafe Unmanaged.passRetained(Work(name: name, body: body))
        unsafe pthread_sigmask(SIG_SETMASK, &signals, &before)
        let code = unsafe pthread_create(
            &thread,
            nil,
            { context in
                guard let context = unsafe context else { return nil }
                let work = unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
                unsafe linux_name_thread(work.name)
                work.body()
                return nil
            },
            work.toOpaque()
        )
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        guard code == 0 else {
            unsafe work.release()
            throw .system(call: "pthread_create", code: code)
        }
        handle = thread
    }

    func join() {
        pthread_join(handle, nil)
    }

    func detach() {
        pthread_detach(handle)
    }
}
