// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc
import HTTP
import Synchronization

/// One thread's connections: its epoll set, its listening socket, its responder.
///
/// Made inside the thread and never seen outside of it. A connection is named by its slot and the
/// slot's generation, in epoll data, deadlines and tickets, so that nothing meant for a closed
/// connection can reach its successor.
@safe final class Reactor {
    struct Slot {
        var connection: Connection?
        var generation: UInt32 = 0
    }

    struct Timeouts {
        let header, body, idle, write, answer, linger, idleGrace: Int
    }

    static let listenerDatum = UInt64.max
    static let mailboxDatum = UInt64.max - 1
    /// Output that is sent before further requests of a connection are run.
    static let outputMark = 256 << 10
    /// How long pipelined requests may hold a turn.
    static let turnMilliseconds = 5
    /// Bytes dropped from a connection that is told to end.
    static let lingerBytes = 32 << 20
    static let acceptPause = 100
    /// Parked requests that are run again before others have their turn.
    static let wakesPerTurn = 32

    let configuration: ServerConfiguration
    let timeouts: Timeouts
    let links: [ReactorLink]
    let link: ReactorLink
    let responder: any Responder
    let memory: Int

    private let poller: Poller
    private var listener: Descriptor?
    var acceptsAgainAt: Int?
    private var slots: [Slot] = []
    private var freeSlots: [UInt32] = []
    private var letters: [Letter] = []
    /// Parked requests that are to be run again, and whether all are once more after that.
    private var woken: [UInt32] = []
    private var wakesAgain = false
    private var drainUntil = Int.max

    var deadlines = Deadlines()
    var idle = WaitingList()
    var lingering = WaitingList()
    /// Connections whose socket may hold more than one read took.
    var ready: [Connection] = []
    var parked: Set<UInt32> = []
    var now = Monotonic.now
    var stamp: [UInt8] = []
    private var stampEnds = 0
    var isDraining = false
    var held = 0

    /// Collects what a connection is sent in one turn; empty between turns.
    var output: [UInt8] = []
    /// What sockets are read into; overwritten at each read, allocated and freed with the reactor.
    let scratch: UnsafeMutableRawBufferPointer

    init(
        index: Int,
        configuration: ServerConfiguration,
        listener: consuming Descriptor,
        links: [ReactorLink],
        responder: any Responder
    ) throws {
        self.configuration = configuration
        self.links = links
        self.responder = responder
        link = links[index]
        timeouts = Timeouts(
            header: configuration.headerTimeout.milliseconds,
            body: configuration.bodyTimeout.milliseconds,
            idle: configuration.idleTimeout.milliseconds,
            write: configuration.writeTimeout.milliseconds,
            answer: configuration.answerTimeout.milliseconds,
            linger: configuration.lingerTimeout.milliseconds,
            idleGrace: configuration.idleGrace.milliseconds
        )
        memory = configuration.memory / links.count
        let limits = configuration.limits
        let longestLine = max(limits.requestLine, limits.fieldBytes, limits.chunkExtension)
        unsafe scratch = .allocate(byteCount: max(64 << 10, 4 * longestLine), alignment: 16)
        poller = try Poller()
        self.listener = consume listener
        watchListener()
        let events = linux_readable | linux_edge_triggered
        _ = poller.add(link.mailbox.descriptor, flags: events, datum: Self.mailboxDatum)
    }

    deinit {
        unsafe scratch.deallocate()
    }

    /// Runs until drained.
    func run() {
        while !(isDraining && link.open.load(ordering: .relaxed) == 0) {
            let count = poller.wait(milliseconds: timeToWait())
            now = Monotonic.now
            renewStamp()
            for index in 0..<count {
                handle(poller.event(index))
            }
            serveReady()
            serveWoken()
            expire()
            if now >= drainUntil { closeAll() }
            responder.endTurn()
            // Where there are more threads than processors, one that is woken would else wait for
            // the scheduler's tick, up to 4 ms, while this one finds ever more to do.
            sched_yield()
        }
        // Streams of answers that came too late want to know.
        readLetters()
    }

    private func timeToWait() -> Int {
        guard ready.isEmpty, woken.isEmpty, !wakesAgain else { return 0 }
        let next = min(deadlines.earliest ?? .max, acceptsAgainAt ?? .max, drainUntil)
        return next == .max ? -1 : max(0, next - now)
    }

    private func handle(_ event: Poller.Event) {
        switch event.datum {
        case Self.listenerDatum:
            accept()
        case Self.mailboxDatum:
            readLetters()
        default:
            let slot = UInt32(truncatingIfNeeded: event.datum)
            let generation = UInt32(truncatingIfNeeded: event.datum >> 32)
            guard let connection = connection(slot, generation) else { return }
            handle(event.flags, of: connection)
        }
    }

    private func handle(_ flags: UInt32, of connection: Connection) {
        // Both directions are shut, or the peer has reset: nothing can be said any more.
        guard flags & (linux_failed | linux_hung_up) == 0 else {
            close(connection)
            return
        }
        if flags & (linux_readable | linux_peer_shut) != 0 { connection.isReadable = true }
        if flags & linux_writable != 0 { connection.isWritable = true }
        if flags & linux_peer_shut != 0 {
            connection.isPeerShut = true
            // Whoever sends no more should not wait for news that may never come.
            if case .parked = connection.phase { runParked(connection, again: .expired) }
        }
        serve(connection)
    }

    private func serveReady() {
        guard !ready.isEmpty else { return }
        var batch: [Connection] = []
        swap(&batch, &ready)
        for connection in batch where !connection.isClosed {
            serve(connection)
        }
    }

    /// Date (RFC 9110 section 6.6.1) and Server for every answer, made once a second.
    private func renewStamp() {
        guard now >= stampEnds else { return }
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        let date = HTTPDate.text(unixSeconds: time.tv_sec)
        stamp = Array("date: \(date)\r\nserver: guanxi\r\n".utf8)
        stampEnds = now + 1000 - time.tv_nsec / 1_000_000
    }
}

// Connections.
extension Reactor {
    func connection(_ slot: UInt32, _ generation: UInt32) -> Connection? {
        guard slot < slots.count, slots[Int(slot)].generation == generation else { return nil }
        return slots[Int(slot)].connection
    }

    func watchListener() {
        guard let number = listener?.number else { return }
        // Level-triggered: what one turn does not accept comes up again.
        // Exclusive: a connection to a socket that reactors share wakes one of them.
        let flags = linux_readable | linux_exclusive
        _ = poller.add(number, flags: flags, datum: Self.listenerDatum)
    }

    private func accept() {
        // A flood of connections does not keep the others waiting.
        for _ in 0..<64 {
            guard let listener = listener?.number else { return }
            var address = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            let result = unsafe linux_accept(listener, &address, socklen_t(address.count))
            switch -result {
            case EAGAIN:
                return
            case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                // No descriptor is free: serve on, look again soon.
                poller.remove(listener)
                acceptsAgainAt = now + Self.acceptPause
                return
            case 1...:
                continue
            default:
                let text = address.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
                open(result, from: String(decoding: text, as: UTF8.self))
            }
        }
    }

    private func open(_ descriptor: Int32, from remoteAddress: String) {
        let count = links.reduce(0) { $0 + $1.open.load(ordering: .relaxed) }
        // A few above the limit are told so, the rest is turned away unheard.
        guard count < configuration.maxConnections + 64 || dropLingering() else {
            linux_reset(descriptor)
            return
        }
        let isFull = count >= configuration.maxConnections && !makeRoom()
        let slot = freeSlots.popLast() ?? UInt32(slots.count)
        if slot == slots.count { slots.append(Slot()) }
        let generation = slots[Int(slot)].generation
        let connection = Connection(
            descriptor: descriptor,
            slot: slot,
            generation: generation,
            remoteAddress: remoteAddress,
            limits: configuration.limits
        )
        slots[Int(slot)].connection = connection
        link.open.add(1, ordering: .relaxed)
        let events = linux_readable | linux_writable | linux_peer_shut | linux_edge_triggered
        let datum = UInt64(generation) << 32 | UInt64(slot)
        guard poller.add(descriptor, flags: events, datum: datum) else {
            close(connection)
            return
        }
        if isFull {
            fail(connection, .tooManyConnections)
            serve(connection)
        } else {
            setDeadline(of: connection)
        }
    }

    /// Lets go of the connection that has been idle longest, here or at another reactor; false if
    /// all are busy.
    private func makeRoom() -> Bool {
        if shed() { return true }
        let latest = now - timeouts.idleGrace
        let other = links.first { $0 !== link && $0.idleSince.load(ordering: .relaxed) <= latest }
        other?.mailbox.post(.shed)
        return other != nil
    }

    @discardableResult
    private func shed() -> Bool {
        // Who asks all the time is idle for moments, too.
        guard let oldest = idle.oldest, now - oldest.listedAt >= timeouts.idleGrace else {
            return false
        }
        close(oldest)
        return true
    }

    /// Lets go of the connection that was told to end the longest time ago.
    private func dropLingering() -> Bool {
        guard let oldest = lingering.oldest else { return false }
        close(oldest)
        return true
    }

    /// Ends a connection at once; `resetting` makes a cut answer noticeable.
    func close(_ connection: Connection, resetting: Bool = false) {
        guard !connection.isClosed else { return }
        connection.isClosed = true
        connection.presence.end()
        switch connection.phase {
        case .streaming(let stream, _): stream.cancel()
        case .parked: unpark(connection)
        case .reading, .pending, .lingering: break
        }
        connection.phase = .reading
        list(connection, in: nil)
        // Closing takes the descriptor out of the epoll set.
        if resetting {
            linux_reset(connection.descriptor)
        } else {
            Glibc.close(connection.descriptor)
        }
        held -= connection.held
        let slot = connection.slot
        slots[Int(slot)].connection = nil
        slots[Int(slot)].generation &+= 1
        freeSlots.append(slot)
        link.open.subtract(1, ordering: .relaxed)
    }

    private func closeAll() {
        for slot in slots {
            if let connection = slot.connection { close(connection, resetting: true) }
        }
    }
}

// Letters.
extension Reactor {
    private func readLetters() {
        var batch: [Letter] = []
        swap(&batch, &letters)
        link.mailbox.take(into: &batch)
        for letter in batch {
            switch letter {
            case .answer(let ticket, let make): deliver(make(), to: ticket)
            case .piece(let ticket, let piece): deliver(piece, to: ticket)
            case .wake: wakeParked()
            case .shed: shed()
            case .drain(let until): drain(until: until)
            }
        }
        batch.removeAll(keepingCapacity: true)
        swap(&batch, &letters)
    }

    private func deliver(_ response: Response, to ticket: Ticket) {
        guard let connection = connection(ticket.slot, ticket.generation),
            case .pending = connection.phase, connection.number == ticket.number
        else {
            if case .stream(let stream) = response.body { stream.cancel() }
            return
        }
        answer(connection, response)
        serve(connection)
    }

    private func deliver(_ piece: StreamPiece, to ticket: Ticket) {
        guard let connection = connection(ticket.slot, ticket.generation),
            case .streaming(_, let isChunked) = connection.phase, connection.number == ticket.number
        else { return }
        take(piece, of: connection, isChunked: isChunked)
        serve(connection)
    }

    private func wakeParked() {
        link.takeWake()
        if woken.isEmpty {
            woken = Array(parked)
        } else {
            // Those at the end of the round are not put off by the next one.
            wakesAgain = true
        }
    }

    /// Runs some of the parked requests that were woken: however many wait, others are served in
    /// between.
    private func serveWoken() {
        for _ in 0..<Self.wakesPerTurn {
            if woken.isEmpty, wakesAgain {
                wakesAgain = false
                woken = Array(parked)
            }
            guard let slot = woken.popLast() else { return }
            guard parked.contains(slot), let connection = slots[Int(slot)].connection else {
                continue
            }
            runParked(connection, again: .woken)
            serve(connection)
        }
    }

    private func drain(until: Int) {
        drainUntil = min(drainUntil, until)
        guard !isDraining else { return }
        // Whoever waits in the queue is still served, if the queue goes with the listener.
        if let number = listener?.number, configuration.inheritedSocket == nil {
            while hasWaiting(number) {
                accept()
            }
        }
        isDraining = true
        listener = nil
        acceptsAgainAt = nil
        for slot in slots.indices {
            guard let connection = slots[slot].connection else { continue }
            if case .parked = connection.phase { runParked(connection, again: .expired) }
            if connection.isIdle { connection.isReadable = true }
            serve(connection)
            // Nothing has come: there is nothing to lose.
            if connection.isIdle && !connection.isHoldingOutput { close(connection) }
        }
    }

    private func hasWaiting(_ listener: Int32) -> Bool {
        guard acceptsAgainAt == nil else { return false }
        var one = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&one, 1, 0) > 0
    }
}
