// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc
import Synchronization

/// An HTTP/1.1 server: one thread for each reactor, all listening to one port.
package final class Server: Sendable {
    package let host: String
    package let port: Int
    private let links: [ReactorLink]
    private let threads: Mutex<[WorkerThread]>

    /// Binds, listens and starts the threads.
    ///
    /// - Parameters:
    ///   - configuration: Where to listen and what to bear.
    ///   - makeResponder: Makes a reactor's responder, inside the reactor's thread.
    /// - Throws: A `ServerError`, or what `makeResponder` throws.
    package init(
        _ configuration: ServerConfiguration,
        makeResponder: @escaping @Sendable (_ reactor: Int) throws -> any Responder
    ) throws {
        try Spool.verify(configuration.spoolFolder)
        // glibc would keep what a flood of large bodies has taken.
        linux_return_freed_memory()
        let count = max(1, configuration.reactors)
        let links = try (0..<count).map { _ in try ReactorLink() }
        let listening =
            if let socket = configuration.inheritedSocket {
                try Listener.adopt(socket, count: count)
            } else {
                try Listener.open(
                    host: configuration.host,
                    port: configuration.port,
                    count: count
                )
            }
        host = configuration.inheritedSocket.map(Listener.host(of:)) ?? configuration.host
        var threads: [WorkerThread] = []
        do {
            for (index, socket) in listening.sockets.enumerated() {
                let thread = try WorkerThread(name: "reactor-\(index)") {
                    Self.runReactor(
                        index,
                        configuration: configuration,
                        socket: socket,
                        links: links,
                        makeResponder: makeResponder
                    )
                }
                threads.append(thread)
            }
            for link in links {
                _ = Self.wait(for: link.started, milliseconds: -1)
                if let failure = link.startFailure.withLock({ $0 }) { throw failure }
            }
        } catch {
            for socket in listening.sockets[threads.count...] {
                close(socket)
            }
            Self.drain(Array(links.prefix(threads.count)), threads, milliseconds: 0)
            throw error
        }
        port = listening.port
        self.links = links
        self.threads = Mutex(threads)
    }

    deinit {
        let threads = threads.withLock { $0 }
        guard !threads.isEmpty else { return }
        // The last reference may have been a reactor's own: do not wait here.
        for (link, thread) in zip(links, threads) {
            link.mailbox.post(.drain(until: Monotonic.now))
            thread.detach()
        }
    }

    package var openConnections: Int {
        links.reduce(0) { $0 + $1.open.load(ordering: .relaxed) }
    }

    /// Runs every parked request again.
    package func wake() {
        for link in links {
            link.wake()
        }
    }

    /// Stops accepting, lets what runs finish, and returns when all is closed or time is up.
    package func drain(within time: Duration) {
        let threads = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        guard !threads.isEmpty else { return }
        Self.drain(links, threads, milliseconds: time.milliseconds)
    }
}

extension Server {
    private static func drain(
        _ links: [ReactorLink],
        _ threads: [WorkerThread],
        milliseconds: Int
    ) {
        let until = Monotonic.now + milliseconds
        for link in links {
            link.mailbox.post(.drain(until: until))
        }
        for (link, thread) in zip(links, threads) {
            // A second for the last closes; a responder that hangs is left behind.
            let left = max(0, until - Monotonic.now) + 1000
            if wait(for: link.ended, milliseconds: left) {
                thread.join()
            } else {
                thread.detach()
            }
        }
    }

    /// A reactor's whole life, in its thread.
    private static func runReactor(
        _ index: Int,
        configuration: ServerConfiguration,
        socket: Int32,
        links: [ReactorLink],
        makeResponder: @Sendable (Int) throws -> any Responder
    ) {
        let link = links[index]
        defer { linux_eventfd_post(link.ended.number) }
        do {
            let listener = try Descriptor(socket, from: "socket")
            let responder = try makeResponder(index)
            let reactor = try Reactor(
                index: index,
                configuration: configuration,
                listener: listener,
                links: links,
                responder: responder
            )
            linux_eventfd_post(link.started.number)
            reactor.run()
        } catch {
            link.startFailure.withLock { $0 = error }
            linux_eventfd_post(link.started.number)
        }
    }

    /// Waits until a descriptor is readable; false when the time is up, which a negative one never
    /// is.
    private static func wait(for descriptor: borrowing Descriptor, milliseconds: Int) -> Bool {
        var one = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        while true {
            let count = unsafe poll(&one, 1, Int32(clamping: milliseconds))
            if count >= 0 || errno != EINTR { return count > 0 }
        }
    }
}
