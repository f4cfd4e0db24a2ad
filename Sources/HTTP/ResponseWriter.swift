// SPDX-License-Identifier: Apache-2.0

/// Writes answers as bytes and alone decides how they are framed (RFC 9112 section 6).
package enum ResponseWriter {
    /// What is left to do when the head, and a body that is at hand, have been written.
    package enum Rest: Sendable {
        case nothing
        /// The pieces follow through `chunk` and `lastChunk`.
        case chunks(any BodyStream)
        /// The pieces follow as they are and the connection's end ends the body.
        case untilClose(any BodyStream)
    }

    package struct Beginning: Sendable {
        package let rest: Rest
        /// Whether another request may follow.
        package let keepsAlive: Bool
    }

    /// Writes the head and a body that is at hand.
    ///
    /// - Parameters:
    ///   - response: What to answer; fields that frame are dropped, `Connection: close` is obeyed.
    ///   - method: The request's method, since an answer to HEAD has no body.
    ///   - version: The request's version.
    ///   - keepAlive: Whether the connection is to stay if the answer allows it.
    ///   - stamp: Field lines for every answer (Date, Server), with their line ends.
    ///   - output: What the answer is appended to.
    /// - Returns: What is left to do.
    package static func begin(
        _ response: Response,
        method: Method,
        version: Version,
        keepAlive: Bool,
        stamp: [UInt8],
        into output: inout [UInt8]
    ) -> Beginning {
        // A final answer is none of 1xx; a status out of range is the program's fault.
        let status = 200...599 ~= response.status.code ? response.status : .internalServerError
        output.append(text: "HTTP/1.1 ")
        output.append(decimal: status.code)
        output.append(0x20)
        output.append(text: status.reason)
        output.append(text: "\r\n")
        output.append(contentsOf: stamp)
        let asksToClose = append(response.fields, into: &output)

        // RFC 9110 sections 15.3.5 and 15.4.5: 204 and 304 have no content.
        let hasContent = status.code != 204 && status.code != 304
        let sendsBody = hasContent && method != .head
        // RFC 9110 section 15.3.6: 205 says that its content is empty.
        let body = status.code == 205 ? .none : response.body
        var rest = Rest.nothing
        var keepsAlive = keepAlive && !asksToClose
        switch body {
        case .stream(let stream) where hasContent && version == .http11:
            output.append(text: "transfer-encoding: chunked\r\n")
            if sendsBody { rest = .chunks(stream) }
        case .stream(let stream):
            // HTTP/1.0 knows no chunks (RFC 9112 section 6.3): the close is the end.
            if sendsBody {
                rest = .untilClose(stream)
                keepsAlive = false
            }
        case .bytes(let bytes) where hasContent:
            append(contentLength: bytes.count, into: &output)
        case .none where hasContent:
            append(contentLength: 0, into: &output)
        case .none, .bytes:
            break
        }
        // RFC 9112 section 9.3: HTTP/1.0 has to be told that the connection stays.
        if !keepsAlive {
            output.append(text: "connection: close\r\n")
        } else if version == .http10 {
            output.append(text: "connection: keep-alive\r\n")
        }
        output.append(text: "\r\n")
        if sendsBody, case .bytes(let bytes) = body {
            output.append(contentsOf: bytes)
        }
        return Beginning(rest: rest, keepsAlive: keepsAlive)
    }

    /// Writes a piece of a chunked body; an empty one would end the body and is left out.
    package static func chunk(_ bytes: [UInt8], into output: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        output.append(text: String(bytes.count, radix: 16))
        output.append(text: "\r\n")
        output.append(contentsOf: bytes)
        output.append(text: "\r\n")
    }

    package static func lastChunk(into output: inout [UInt8]) {
        output.append(text: "0\r\n\r\n")
    }

    /// Writes the interim answer that lets a sender go on (RFC 9110 section 15.2.1).
    package static func `continue`(into output: inout [UInt8]) {
        output.append(text: "HTTP/1.1 100 Continue\r\n\r\n")
    }

    private static func append(contentLength: Int, into output: inout [UInt8]) {
        output.append(text: "content-length: ")
        output.append(decimal: contentLength)
        output.append(text: "\r\n")
    }

    /// Writes the fields but those that are the writer's; says whether `Connection` says close.
    private static func append(_ fields: HeaderFields, into output: inout [UInt8]) -> Bool {
        guard fields.indices.contains(where: { isOwn(fields, $0) }) else {
            output.append(contentsOf: fields.wire)
            return false
        }
        var closes = false
        for index in fields.indices {
            if !isOwn(fields, index) {
                output.append(contentsOf: fields.lineBytes(at: index))
            } else if fields.isName(at: index, "connection") {
                let options = fields.valueBytes(at: index).listElements
                closes = closes || options.contains { $0.isCaseless("close") }
            }
        }
        return closes
    }

    private static func isOwn(_ fields: HeaderFields, _ index: Int) -> Bool {
        switch fields.nameCount(at: index) {
        case 4: fields.isName(at: index, "date")
        case 6: fields.isName(at: index, "server")
        case 7: fields.isName(at: index, "trailer") || fields.isName(at: index, "upgrade")
        case 10: fields.isName(at: index, "connection") || fields.isName(at: index, "keep-alive")
        case 14: fields.isName(at: index, "content-length")
        case 17: fields.isName(at: index, "transfer-encoding")
        default: false
        }
    }
}

extension [UInt8] {
    /// Copies at once: the UTF-8 view of a text is appended byte by byte.
    fileprivate mutating func append(text: String) {
        unsafe text.utf8.span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    fileprivate mutating func append(decimal number: Int) {
        if number >= 10 { append(decimal: number / 10) }
        append(UInt8(truncatingIfNeeded: 0x30 + number % 10))
    }
}
