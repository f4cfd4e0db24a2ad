// SPDX-License-Identifier: Apache-2.0
import HTTP
import Synchronization

// Deadlines.
extension Reactor {
    /// Looks at everything whose time has come.
    func expire() {
        if let time = acceptsAgainAt, time <= now {
            acceptsAgainAt = nil
            watchListener()
        }
        while let entry = deadlines.next(at: now) {
            guard let connection = connection(entry.slot, entry.generation),
                connection.scheduled == entry.time
            else { continue }
            connection.scheduled = .max
            if connection.deadline <= now {
                expire(connection)
            } else {
                schedule(connection)
            }
        }
    }

    private func expire(_ connection: Connection) {
        switch connection.wait {
        case .head where !connection.parser.isBetweenRequests:
            fail(connection, .headerTimeout)
        case .body:
            fail(connection, .bodyTimeout)
        case .answer:
            guard case .pending = connection.phase else {
                return close(connection, resetting: true)
            }
            fail(connection, .answerTimeout)
        case .parked:
            runParked(connection, again: .expired)
        case .write:
            return close(connection, resetting: true)
        case .head, .idle, .linger, .none:
            return close(connection)
        }
        serve(connection)
    }

    /// Sets the deadline of what a connection waits for now; one that runs already is kept.
    func setDeadline(of connection: Connection) {
        let wait = currentWait(of: connection)
        if wait != connection.wait || wait == .idle {
            connection.wait = wait
            connection.deadline =
                wait == .parked ? connection.parkedUntil ?? now : now + timeout(of: wait)
        }
        list(connection, in: connection.expendable)
        schedule(connection)
    }

    /// Keeps the lists of expendable connections right.
    func list(_ connection: Connection, in kind: WaitingList.Kind?) {
        switch connection.waitingList {
        case .idle: idle.remove(connection)
        case .lingering: lingering.remove(connection)
        case nil: break
        }
        connection.waitingList = kind
        connection.listedAt = now
        switch kind {
        case .idle: idle.add(connection)
        case .lingering: lingering.add(connection)
        case nil: break
        }
        link.idleSince.store(idle.oldest?.listedAt ?? .max, ordering: .relaxed)
    }

    /// Gives a slow peer as much further time as its bytes have earned.
    func credit(_ connection: Connection, bytes: Int, of wait: Connection.Wait) {
        guard connection.wait == wait else { return }
        let earned = bytes * 1000 / max(1, configuration.bodyMinimumRate)
        let latest = now + timeout(of: wait)
        connection.deadline = min(latest, max(connection.deadline, now) + earned)
    }

    private func currentWait(of connection: Connection) -> Connection.Wait {
        if connection.isHoldingOutput { return .write }
        switch connection.phase {
        case .pending, .streaming: return .answer
        case .parked: return .parked
        case .lingering: return .linger
        case .reading:
            if connection.request != nil { return .body }
            return connection.isFirst || !connection.parser.isBetweenRequests ? .head : .idle
        }
    }

    private func timeout(of wait: Connection.Wait) -> Int {
        switch wait {
        case .head: timeouts.header
        case .body: timeouts.body
        case .answer: timeouts.answer
        case .write: timeouts.write
        case .idle: timeouts.idle
        case .linger: isDraining ? min(500, timeouts.linger) : timeouts.linger
        case .parked, .none: 0
        }
    }

    private func schedule(_ connection: Connection) {
        guard connection.deadline < connection.scheduled else { return }
        connection.scheduled = connection.deadline
        deadlines.add(
            Deadlines.Entry(
                time: connection.deadline,
                slot: connection.slot,
                generation: connection.generation
            )
        )
    }
}
