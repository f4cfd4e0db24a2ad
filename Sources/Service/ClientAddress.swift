// SPDX-License-Identifier: Apache-2.0
import HTTP
import HTTPServer

/// Tells from which address a request comes.
///
/// What a proxy says is believed only if it is one of the configured ones, and only as far as the
/// chain of them reaches: anyone can send these fields.
struct ClientAddress: Sendable {
    private let proxies: [IPRange]

    init(proxies: [IPRange]) {
        self.proxies = proxies
    }

    /// The peer's address, or that of the first one on the way from here that is no trusted proxy;
    /// nil if it is told in a form that is no address.
    func address(of request: Request) -> IPAddress? {
        var address = IPAddress(request.remoteAddress)
        guard let peer = address, isTrusted(peer) else { return address }
        for hop in hops(of: request).reversed() {
            address = IPAddress(hop)
            guard let address, isTrusted(address) else { break }
        }
        return address
    }

    private func isTrusted(_ address: IPAddress) -> Bool {
        proxies.contains { $0.contains(address) }
    }

    /// The addresses that proxies have noted, the nearest last.
    private func hops(of request: Request) -> [String] {
        // A proxy writes one of the two; the other one is the client's own.
        if request.fields.contains("forwarded"), request.fields.contains("x-forwarded-for") {
            return []
        }
        if let forwarded = request.fields["forwarded"] {
            return forwarded.split(separator: ",").map { Self.sender(in: $0) }
        }
        return (request.fields["x-forwarded-for"] ?? "").split(separator: ",")
            .map { Self.bare(Self.trimmed($0)) }
    }

    /// The address behind `for=` (RFC 7239, section 4); empty if there is none.
    private static func sender(in element: Substring) -> String {
        for pair in element.split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, trimmed(parts[0]).lowercased() == "for" else { continue }
            return bare(trimmed(parts[1]).filter { $0 != "\"" })
        }
        return ""
    }

    /// An address without its port and brackets.
    private static func bare(_ text: String) -> String {
        if text.hasPrefix("[") { return String(text.dropFirst().prefix { $0 != "]" }) }
        // One colon: IPv4 with a port; more: IPv6.
        return text.count { $0 == ":" } == 1 ? String(text.prefix { $0 != ":" }) : text
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0 == " " || $0 == "\t" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
