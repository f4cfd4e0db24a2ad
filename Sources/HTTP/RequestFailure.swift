// SPDX-License-Identifier: Apache-2.0

/// Why something that arrived is no request the server can answer; the connection closes after it.
package enum RequestFailure: Error, Sendable, Hashable, CaseIterable {
    // The request line (RFC 9112 section 3).
    case malformedRequestLine
    case unknownMethod
    case tunnel
    case malformedTarget
    case unsupportedVersion
    case targetTooLong
    // Lines and fields (RFC 9112 sections 2.2 and 5).
    case bareLineFeed
    case bareCarriageReturn
    case badFieldName
    case badFieldValue
    case spaceBeforeColon
    case foldedField
    case tooManyFields
    case fieldsTooLarge
    case missingHost
    case repeatedHost
    case badHost
    case repeatedField
    // The body's length (RFC 9112 section 6).
    case badContentLength
    case duplicateContentLength
    case contentLengthBesideTransferEncoding
    case malformedTransferEncoding
    case unsupportedTransferEncoding
    case transferEncodingInOldVersion
    case bodyTooLarge
    case unsupportedContentCoding
    // Chunks (RFC 9112 section 7.1).
    case badChunkSize
    case badChunkExtension
    case chunkExtensionTooLong
    case badChunkEnd
    // What the server decides.
    case expectationFailed
    case incompleteMessage
    case headerTimeout
    case bodyTimeout
    case answerTimeout
    case tooManyConnections
    case outOfMemory
    case outOfDescriptors
    case outOfStorage
}

extension RequestFailure {
    package var status: Status {
        switch self {
        case .targetTooLong: .uriTooLong
        case .unknownMethod, .tunnel, .unsupportedTransferEncoding: .notImplemented
        case .unsupportedVersion: .httpVersionNotSupported
        case .tooManyFields, .fieldsTooLarge: .requestHeaderFieldsTooLarge
        case .bodyTooLarge: .contentTooLarge
        case .unsupportedContentCoding: .unsupportedMediaType
        case .expectationFailed: .expectationFailed
        case .headerTimeout, .bodyTimeout: .requestTimeout
        case .answerTimeout, .tooManyConnections, .outOfMemory, .outOfDescriptors:
            .serviceUnavailable
        case .outOfStorage: .insufficientStorage
        default: .badRequest
        }
    }

    /// Fields that go with the answer.
    package var fields: HeaderFields {
        // RFC 9110 section 15.5.16: which content codings would have been taken.
        if self == .unsupportedContentCoding { return ["accept-encoding": "identity"] }
        // RFC 9110 section 15.6.4: a 503 may say when to try again.
        return status == .serviceUnavailable ? ["retry-after": "1"] : [:]
    }

    /// What is wrong, in a sentence that repeats nothing of what was sent.
    package var detail: String {
        switch self {
        case .malformedRequestLine: "The request line is not “method target HTTP/1.1”."
        case .unknownMethod: "The method is not known here."
        case .tunnel: "CONNECT is not served."
        case .malformedTarget: "The request target is malformed."
        case .unsupportedVersion: "Only HTTP/1.0 and HTTP/1.1 are spoken here."
        case .targetTooLong: "The request line is too long."
        case .bareLineFeed: "A line ends in LF without CR."
        case .bareCarriageReturn: "A line holds a CR that does not end it."
        case .badFieldName: "A header field has no proper name."
        case .badFieldValue: "A header field's value holds a control character."
        case .spaceBeforeColon: "A space stands before the colon of a header field."
        case .foldedField: "A header line begins with a space."
        case .tooManyFields: "There are too many header fields."
        case .fieldsTooLarge: "The header fields are too large."
        case .missingHost: "The Host field is missing."
        case .repeatedHost: "There is more than one Host field."
        case .badHost: "The Host field names no host."
        case .repeatedField: "A field stands more than once that may stand only once."
        case .badContentLength: "Content-Length is not a number."
        case .duplicateContentLength: "There is more than one Content-Length field."
        case .contentLengthBesideTransferEncoding:
            "Content-Length and Transfer-Encoding exclude each other."
        case .malformedTransferEncoding: "Transfer-Encoding does not end in “chunked”."
        case .unsupportedTransferEncoding: "No transfer coding but “chunked” is supported."
        case .transferEncodingInOldVersion: "HTTP/1.0 has no Transfer-Encoding."
        case .bodyTooLarge: "The body is too large."
        case .unsupportedContentCoding: "Bodies are taken without any content coding."
        case .badChunkSize: "A chunk has no proper size."
        case .badChunkExtension: "A chunk's extension is malformed."
        case .chunkExtensionTooLong: "The extensions of chunks are too long."
        case .badChunkEnd: "A chunk is not followed by CR and LF."
        case .expectationFailed: "No expectation but “100-continue” can be met."
        case .incompleteMessage: "The connection was closed before the request was complete."
        case .headerTimeout: "The request's head did not arrive in time."
        case .bodyTimeout: "The request's body arrived too slowly."
        case .answerTimeout: "The answer was not ready in time."
        case .tooManyConnections: "There are too many connections."
        case .outOfMemory: "There is no memory for the request's body at the moment."
        case .outOfDescriptors: "No file can be opened for the request's body at the moment."
        case .outOfStorage: "There is no room to store the request's body."
        }
    }
}
