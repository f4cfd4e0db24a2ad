// SPDX-License-Identifier: Apache-2.0
package import HTTP
import Synchronization

/// Answers requests; one is made inside each reactor's thread and never leaves it.
package protocol Responder: AnyObject {
    /// Judges the head of a request that has a body, before the body is read.
    func admit(_ head: Request) -> Admission
    /// Answers a complete request.
    ///
    /// - Parameters:
    ///   - request: The request with its body.
    ///   - reply: Where the answer goes, once and from any thread, if the outcome is `pending`.
    ///   - again: Why a parked request is run again; nil at first.
    /// - Returns: The answer, or how it will come.
    func respond(to request: Request, reply: Reply, again: Rerun?) -> Outcome
    /// Learns that every request that had arrived has been answered or put off.
    func endTurn()
    /// Answers something that is no proper request, given as far as it could be read; the
    /// connection closes after it.
    func refuse(_ request: Request, _ failure: RequestFailure) -> Response
}

/// What becomes of an announced body.
package enum Admission: Sendable {
    /// It is collected in memory; more than the limit is refused.
    case memory(limit: Int)
    /// It is written to a file; more than the limit is refused.
    case spool(limit: Int)
    /// It is not wanted: this is the answer, and the connection closes unless the body has arrived.
    case refuse(Response)
}

package enum Rerun: Sendable {
    /// `Server.wake()` was called.
    case woken
    /// Time is up, the peer sends no more or the server drains: an answer is due.
    case expired
}

package enum Outcome: Sendable {
    case ready(Response)
    case pending
    /// Nothing to say yet: the request is run again when woken, at the latest at that instant.
    ///
    /// A woken request may be parked again but keeps its first instant.
    case parked(until: ContinuousClock.Instant)
}

/// Takes the answer to one pending request to its connection.
package struct Reply: Sendable {
    let mailbox: Mailbox<Letter>
    let ticket: Ticket
    let presence: Presence

    /// Whether the connection is still there to take it, as far as is known: a peer that has ended
    /// its own side may wait for the answer.
    package var isWanted: Bool { !presence.hasEnded }

    /// Sends the answer; it is dropped if the connection has gone or was answered.
    package func callAsFunction(_ response: Response) {
        mailbox.post(.answer(ticket, { response }))
    }

    /// Has the answer made on the reactor's thread, for one whose own time is scarce.
    package func callAsFunction(making make: @escaping @Sendable () -> Response) {
        mailbox.post(.answer(ticket, make))
    }
}

/// Whether a connection is still there, told to other threads.
final class Presence: Sendable {
    private let flag = Atomic(false)

    var hasEnded: Bool { flag.load(ordering: .relaxed) }

    func end() { flag.store(true, ordering: .relaxed) }
}

/// Names one wait of one connection; never a descriptor, which may have a new owner.
struct Ticket: Sendable, Equatable {
    let slot: UInt32
    let generation: UInt32
    let number: UInt32
}

/// What other threads tell a reactor.
enum Letter: Sendable {
    case answer(Ticket, @Sendable () -> Response)
    case piece(Ticket, StreamPiece)
    case wake
    /// Another reactor needs the place of a connection.
    case shed
    case drain(until: Int)
}
