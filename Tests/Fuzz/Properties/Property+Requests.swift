// SPDX-License-Identifier: Apache-2.0
import HTTP

extension Property {
    /// Requests are the same however they are cut and whatever stands before them, framed in one
    /// way alone, and read back the same when they are written plainly.
    package static let requests = Property("requests") { input throws(BrokenProperty) in
        let whole = try requests(in: input, Limits())
        let tight = try requests(in: input, .tight)
        try demand(
            tight.failure != nil || tight == whole,
            "what narrow limits allow is \(whole) with wide ones, and \(tight) with them"
        )
        let complete = whole.requests.filter(\.isComplete)
        for request in complete { try checkFraming(request) }
        let plain = ParsedInput(complete.flatMap(\.plain), limits: .wide)
        try demand(
            plain.failure == nil && plain.requests == complete,
            "\(complete) reads back as \(plain)"
        )
    }

    /// What a parser makes of the input, which has to be the same however it is cut.
    static func requests(
        in input: [UInt8],
        _ limits: Limits
    ) throws(BrokenProperty) -> ParsedInput {
        let whole = ParsedInput(input, limits: limits)
        for cuts in cuts(input) {
            let cut = ParsedInput(input, cutAt: cuts, limits: limits)
            try demand(cut == whole, "\(whole) is \(cut) when cut at \(cuts)")
        }
        var draws = Draws(input)
        if let place = whole.ends.indices.randomElement(using: &draws) {
            let rest = ParsedInput(Array(input[whole.ends[place]...]), limits: limits)
            try demand(
                rest.requests == Array(whole.requests[(place + 1)...])
                    && rest.failure == whole.failure && rest.known == whole.known
                    && rest.isBetweenRequests == whole.isBetweenRequests,
                "\(whole) is otherwise without its first \(place + 1) requests: \(rest)"
            )
        }
        return whole
    }

    // RFC 9112 sections 3.2 and 6.3, told from the fields alone.
    private static func checkFraming(
        _ request: ParsedInput.Parsed
    ) throws(BrokenProperty) {
        let hosts = request.fields.values(of: "host")
        let lengths = request.fields.values(of: "content-length")
        let codings = request.fields.values(of: "transfer-encoding")
        try demand(
            hosts.count == 1 || (hosts.isEmpty && request.version == .http10),
            "\(request) has \(hosts.count) hosts"
        )
        try demand(lengths.count + codings.count < 2 || lengths.isEmpty, "\(request) has two ends")
        if codings.isEmpty {
            let length = lengths.first.map { Int($0) } ?? 0
            try demand(request.body.count == length, "\(request) has another length than it says")
        } else {
            try demand(
                codings.map { $0.lowercased() } == ["chunked"],
                "\(request) is taken as chunked"
            )
            try demand(request.version == .http11, "\(request) is chunked in HTTP/1.0")
        }
    }
}

extension Limits {
    /// Limits that a small input reaches.
    fileprivate static let tight = Limits(
        requestLine: 40,
        fieldCount: 4,
        fieldBytes: 80,
        chunkExtension: 4
    )

    /// Limits that no input reaches.
    static let wide = Limits(
        requestLine: 1 << 30,
        fieldCount: 1 << 30,
        fieldBytes: 1 << 30,
        chunkExtension: 1 << 30
    )
}

extension ParsedInput.Parsed {
    /// The request in the plainest form that means the same.
    fileprivate var plain: [UInt8] {
        let target = path + (query.map { "?" + $0 } ?? "")
        let line = "\(method.rawValue) \(target) HTTP/1.\(version == .http10 ? 0 : 1)\r\n"
        let isChunked = fields.contains("transfer-encoding")
        let content = isChunked ? chunked(body, sizes: [body.count]) : body
        return Array(line.utf8) + fields.wire + Array("\r\n".utf8) + content
    }
}
