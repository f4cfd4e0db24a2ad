// SPDX-License-Identifier: Apache-2.0
import HTTPServer

/// The origin of pages, as browsers send it (RFC 6454, section 6.2): scheme, host in lower case,
/// and the port unless it is the scheme's own.
package struct Origin {
    package let text: String

    /// Nil for what no browser sends.
    package init?(_ text: String) {
        let form = /(https?):\/\/(\[[0-9a-f:]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?)(?::([0-9]+))?/
        guard let (_, scheme, host, port) = text.wholeMatch(of: form)?.output,
            Self.isHost(host), port.map({ Self.isPort($0, of: scheme) }) ?? true
        else { return nil }
        self.text = text
    }

    private static func isHost(_ host: Substring) -> Bool {
        if host.hasPrefix("[") { return IPAddress(String(host.dropFirst().dropLast())) != nil }
        // A last label of digits makes an address of IPv4 of it (URL Standard, “ends in a number”).
        let isNumeric = host.split(separator: ".").last?.allSatisfy(\.isNumber) ?? false
        return !isNumeric || IPAddress(String(host)) != nil
    }

    private static func isPort(_ port: Substring, of scheme: Substring) -> Bool {
        guard !port.hasPrefix("0"), let number = Int(port), number <= 65535 else { return false }
        return number != (scheme == "https" ? 443 : 80)
    }
}
