// SPDX-License-Identifier: Apache-2.0
import HTTP

/// Lets pages of the configured origins read answers (Fetch, section 3.2, “CORS protocol”).
///
/// Origins are compared exactly. Credentials are never allowed: a page sends its token itself.
struct CrossOrigin: Sendable {
    private static let readable = [
        "ETag", "Idempotent-Replayed", "Link", "Location", "RateLimit", "RateLimit-Policy",
        "Retry-After", "WWW-Authenticate", "X-Request-Id",
    ]
    private static let sendable = [
        "Accept", "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match",
        "X-Request-Id",
    ]
    /// Chromium caps what it caches at two hours.
    private static let cacheSeconds = 7200

    private let origins: Set<String>

    /// Nil where no origin is let in.
    init?(_ origins: [String]) {
        guard !origins.isEmpty else { return nil }
        self.origins = Set(origins)
    }

    /// Says in an answer who may read it.
    func mark(_ fields: inout HeaderFields, for request: Request) {
        // Caches must not hand one origin's answer to another.
        fields.append("vary", "Origin")
        guard let origin = allowed(request) else { return }
        fields.append("access-control-allow-origin", origin)
        fields.append("access-control-expose-headers", Self.readable.joined(separator: ", "))
    }

    /// Whether a browser asks what a page of an allowed origin may send.
    func isPreflight(_ request: Request) -> Bool {
        request.method == .options && request.fields.contains("access-control-request-method")
            && allowed(request) != nil
    }

    /// The fields that answer a preflight; none for what is no preflight of an allowed origin.
    func preflight(_ request: Request, methods: String) -> HeaderFields {
        guard isPreflight(request) else { return [:] }
        return [
            "access-control-allow-methods": methods,
            "access-control-allow-headers": Self.sendable.joined(separator: ", "),
            "access-control-max-age": "\(Self.cacheSeconds)",
        ]
    }

    private func allowed(_ request: Request) -> String? {
        request.fields["origin"].flatMap { origins.contains($0) ? $0 : nil }
    }
}
