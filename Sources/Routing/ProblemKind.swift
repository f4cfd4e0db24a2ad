// SPDX-License-Identifier: Apache-2.0
package import HTTP

/// A kind of problem (RFC 9457): a stable name, the status it answers with, and what it means.
package struct ProblemKind: Sendable, Hashable {
    /// The last part of the type's path, `/problems/{slug}`.
    package let slug: String
    package let status: Status
    package let title: String
    /// What happened and what a client can do, in a sentence or two.
    package let explanation: String

    package init(_ slug: String, _ status: Status, _ title: String, _ explanation: String) {
        self.slug = slug
        self.status = status
        self.title = title
        self.explanation = explanation
    }

    package var type: String {
        "/problems/" + slug
    }
}

extension ProblemKind {
    package static let malformedRequest = ProblemKind(
        "malformed-request",
        .badRequest,
        "Malformed request",
        "The request breaks the rules of HTTP/1.1; the detail says which. "
            + "The connection may be closed after the answer."
    )
    package static let malformedBody = ProblemKind(
        "malformed-body",
        .badRequest,
        "Malformed body",
        "The body is not what its Content-Type says, for example not JSON; "
            + "the detail says where it goes wrong."
    )
    package static let invalidParameter = ProblemKind(
        "invalid-parameter",
        .badRequest,
        "Invalid parameter",
        "A query parameter is unknown, given twice or has a value it cannot have; "
            + "`errors` names each."
    )
    package static let unauthorized = ProblemKind(
        "unauthorized",
        .unauthorized,
        "Unauthorized",
        "The request carries no token, or one that is unknown, expired or revoked. "
            + "Send `Authorization: Bearer gx_…`."
    )
    package static let forbidden = ProblemKind(
        "forbidden",
        .forbidden,
        "Forbidden",
        "The token does not hold the scope that the operation needs; the detail names it."
    )
    package static let notFound = ProblemKind(
        "not-found",
        .notFound,
        "Not found",
        "There is nothing at this address: no such path, or no record with this identifier."
    )
    package static let methodNotAllowed = ProblemKind(
        "method-not-allowed",
        .methodNotAllowed,
        "Method not allowed",
        "The path exists and the method does not; `Allow` lists those that do."
    )
    package static let notAcceptable = ProblemKind(
        "not-acceptable",
        .notAcceptable,
        "Not acceptable",
        "The operation has no format that `Accept` or `format` would take; the detail lists them."
    )
    package static let preconditionFailed = ProblemKind(
        "precondition-failed",
        .preconditionFailed,
        "Precondition failed",
        "The record has changed since the version that `If-Match` names; "
            + "`current` holds it as it is now."
    )
    package static let contentTooLarge = ProblemKind(
        "content-too-large",
        .contentTooLarge,
        "Content too large",
        "The body is larger than the operation takes."
    )
    package static let targetTooLong = ProblemKind(
        "target-too-long",
        .uriTooLong,
        "Target too long",
        "The request line is longer than the server takes."
    )
    package static let fieldsTooLarge = ProblemKind(
        "fields-too-large",
        .requestHeaderFieldsTooLarge,
        "Fields too large",
        "The request has more header fields, or longer ones, than the server takes."
    )
    package static let requestTimeout = ProblemKind(
        "request-timeout",
        .requestTimeout,
        "Request timeout",
        "The request did not arrive in time. The connection is closed after the answer."
    )
    package static let expectationFailed = ProblemKind(
        "expectation-failed",
        .expectationFailed,
        "Expectation failed",
        "`Expect` asks for something else than `100-continue`. Send the request without it."
    )
    package static let unsupportedMediaType = ProblemKind(
        "unsupported-media-type",
        .unsupportedMediaType,
        "Unsupported media type",
        "The operation does not read bodies of this Content-Type, and none with a "
            + "Content-Encoding; the detail says what to send."
    )
    package static let invalidBody = ProblemKind(
        "invalid-body",
        .unprocessableContent,
        "Invalid body",
        "The body can be read and breaks rules; `errors` names every one with a pointer."
    )
    package static let tooManyRequests = ProblemKind(
        "too-many-requests",
        .tooManyRequests,
        "Too many requests",
        "More requests came with this token, or from this address, than the service takes; "
            + "`RateLimit-Policy` has the limit, `Retry-After` says when to go on."
    )
    package static let internalError = ProblemKind(
        "internal-error",
        .internalServerError,
        "Internal error",
        "Something failed on our side. The log has the details under the request id."
    )
    package static let notImplemented = ProblemKind(
        "not-implemented",
        .notImplemented,
        "Not implemented",
        "The method, or the transfer coding, is known nowhere on this server; "
            + "the detail says which."
    )
    package static let versionNotSupported = ProblemKind(
        "version-not-supported",
        .httpVersionNotSupported,
        "Version not supported",
        "The server speaks HTTP/1.1 and HTTP/1.0."
    )
    package static let unavailable = ProblemKind(
        "unavailable",
        .serviceUnavailable,
        "Unavailable",
        "The service cannot take the request just now; `Retry-After` says when to try again."
    )
    package static let insufficientStorage = ProblemKind(
        "insufficient-storage",
        .insufficientStorage,
        "Insufficient storage",
        "The disk is full or nearly so, or cannot be written. Nothing was changed; reading goes on, "
            + "and changing too as soon as there is room."
    )

    package static let idempotencyKeyReused = ProblemKind(
        "idempotency-key-reused",
        .unprocessableContent,
        "Idempotency-Key reused",
        "The Idempotency-Key was used before with another request. "
            + "Take a new key for a new request."
    )
    package static let idempotencyKeyInUse = ProblemKind(
        "idempotency-key-in-use",
        .conflict,
        "Idempotency-Key in use",
        "The first request with this Idempotency-Key is still running. Ask again later."
    )

    /// What a request is told that is no proper one: of each status there is one kind, and of 400
    /// the first.
    package static func refusing(_ failure: RequestFailure) -> ProblemKind? {
        routing.first { $0.status == failure.status }
    }

    /// The kinds that any route may raise.
    package static let routing: [ProblemKind] = [
        malformedRequest, malformedBody, invalidParameter, unauthorized, forbidden, notFound,
        methodNotAllowed, notAcceptable, preconditionFailed, contentTooLarge, targetTooLong,
        fieldsTooLarge, requestTimeout, expectationFailed, unsupportedMediaType, invalidBody,
        tooManyRequests, internalError, insufficientStorage, unavailable, notImplemented,
        versionNotSupported, idempotencyKeyReused, idempotencyKeyInUse,
    ]
}
