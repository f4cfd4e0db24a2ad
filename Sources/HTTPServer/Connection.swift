// SPDX-License-Identifier: Apache-2.0
import HTTP

/// What a reactor knows about one connection.
///
/// It owns no buffer while it is idle: reading and writing happen in the reactor's buffers, and
/// only what could not be consumed or sent is kept here.
final class Connection {
    enum Phase {
        /// Reads a request, or waits for one.
        case reading
        /// An answer will come as a letter.
        case pending
        /// The request will be run again.
        case parked
        case streaming(any BodyStream, isChunked: Bool)
        /// Everything is said; what still arrives is dropped until the peer ends.
        case lingering
    }

    /// What the connection waits for, each with its own deadline.
    enum Wait {
        case none
        case head
        case body
        case answer
        case parked
        case write
        case idle
        case linger
    }

    let descriptor: Int32
    let slot: UInt32
    let generation: UInt32
    let remoteAddress: String

    var phase = Phase.reading
    var isClosed = false
    let presence = Presence()
    /// Nothing further is read; the connection ends when its output is sent.
    var isClosing = false

    // What epoll has said, until a call finds otherwise (events are edge-triggered).
    var isReadable = false
    var isWritable = true
    var isPeerShut = false
    /// The end of the peer's input has been read.
    var isPeerEnded = false

    var parser: RequestParser
    private(set) var input: [UInt8] = []
    private var inputStart = 0
    /// The parser has seen all of `input` and needs more.
    var isStarved = true
    var output: [UInt8] = []
    var outputStart = 0

    // The request under way.
    var request: Request?
    var method = Method.get
    var version = Version.http11
    var keepsAlive = false
    var isFirst = true
    var refusal: Response?
    var bodyLimit = 0
    var bodyCount = 0
    var body: [UInt8] = []
    /// Bytes of the body, counted until the request is answered.
    var bodyMemory = 0
    var spool: Spool?
    /// The number of the letter that is waited for.
    var number: UInt32 = 0
    var hasAsked = false
    var parkedUntil: Int?

    // The list of the reactor that it stands in, since when, and its neighbours there.
    var waitingList: WaitingList.Kind?
    var listedAt = 0
    var listedBefore: Connection?
    var listedAfter: Connection?

    var wait = Wait.none
    var deadline = Int.max
    /// When the heap of deadlines looks at this connection.
    var scheduled = Int.max
    /// Bytes that count against the reactor's memory.
    var held = 0
    var discarded = 0

    init(
        descriptor: Int32,
        slot: UInt32,
        generation: UInt32,
        remoteAddress: String,
        limits: Limits
    ) {
        self.descriptor = descriptor
        self.slot = slot
        self.generation = generation
        self.remoteAddress = remoteAddress
        parser = RequestParser(limits: limits)
    }
}

extension Connection {
    var ticket: Ticket {
        Ticket(slot: slot, generation: generation, number: number)
    }

    var isHoldingOutput: Bool { outputStart < output.count }

    /// Whether there is input that the parser has not seen.
    var hasFreshInput: Bool { !isStarved && inputStart < input.count }

    var isIdle: Bool {
        guard case .reading = phase else { return false }
        return parser.isBetweenRequests && !hasFreshInput
    }

    /// Whether it could go for another: nothing is lost with one that waits for a request, or for
    /// its first byte, and little with one that has been told to end.
    var expendable: WaitingList.Kind? {
        switch wait {
        case .idle: .idle
        case .head where parser.isBetweenRequests && !hasFreshInput: .idle
        case .linger: .lingering
        default: nil
        }
    }

    /// Bytes kept for this connection alone.
    var bufferedBytes: Int { input.count + output.count + bodyMemory }

    /// The kept input and the place from which it has not been consumed.
    var keptInput: (bytes: [UInt8], start: Int) { (input, inputStart) }

    func keep(input: [UInt8], from start: Int = 0) {
        if start < input.count {
            self.input = input
            inputStart = start
        } else {
            self.input = []
            inputStart = 0
        }
    }

    /// Lets go of the request under way.
    func forgetRequest() {
        request = nil
        refusal = nil
        body = []
        bodyCount = 0
        bodyMemory = 0
        spool = nil
        parkedUntil = nil
    }
}
