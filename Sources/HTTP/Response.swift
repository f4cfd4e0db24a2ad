// SPDX-License-Identifier: Apache-2.0

/// An answer; its framing (Content-Length, Transfer-Encoding, Connection) is the writer's.
package struct Response: Sendable {
    package var status: Status
    package var fields: HeaderFields
    package var body: ResponseBody

    package init(_ status: Status, fields: HeaderFields = [:], body: ResponseBody = .none) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}

package enum ResponseBody: Sendable {
    case none
    case bytes([UInt8])
    case stream(any BodyStream)
}

/// A body made piece by piece, the next one only when the one before has been taken.
package protocol BodyStream: Sendable {
    /// Makes the next piece and hands it over exactly once, from any thread, now or later.
    func next(_ deliver: @escaping @Sendable (StreamPiece) -> Void)
    /// Learns that the receiver is gone; nothing further is asked for.
    func cancel()
}

package enum StreamPiece: Sendable {
    case bytes([UInt8])
    case end
    /// The rest cannot be made; the connection is cut so that the receiver notices.
    case failed
}
