// SPDX-License-Identifier: Apache-2.0
import CLinux

/// An IP address; one of IPv4 is the same as its form in IPv6 (RFC 4291, section 2.5.5.2).
package struct IPAddress: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// Reads the usual forms, without port, brackets or zone.
    package init?(_ text: String) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        guard unsafe linux_parse_address(text, &high, &low) == 1 else { return nil }
        self.init(high, low)
    }

    private init(_ high: UInt64, _ low: UInt64) {
        self.high = high
        self.low = low
    }

    package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// The network that one customer of a provider has: the address itself of IPv4, the first 64
    /// bits of IPv6 (RFC 6177).
    package var network: IPAddress { isIPv4 ? self : IPAddress(high, 0) }

    /// The first bits, with nothing behind them.
    fileprivate func prefix(_ bits: Int) -> IPAddress {
        let highMask: UInt64 = bits >= 64 ? .max : ~(.max >> UInt64(bits))
        let lowMask: UInt64 = bits >= 128 ? .max : bits <= 64 ? 0 : ~(.max >> UInt64(bits - 64))
        return IPAddress(high & highMask, low & lowMask)
    }
}

/// Addresses that begin with the same bits (CIDR, RFC 4632).
package struct IPRange: Hashable, Sendable {
    private let address: IPAddress
    private let bits: Int

    /// Reads `10.0.0.0/8`, `2001:db8::/32`, or one address; nil if bits behind the prefix are set.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = IPAddress(String(parts[0])) else { return nil }
        self.address = address
        guard parts.count == 2 else {
            bits = 128
            return
        }
        let width = address.isIPv4 ? 32 : 128
        // `Int` would take a sign.
        guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]),
            length <= width
        else { return nil }
        bits = 128 - width + length
        guard address.prefix(bits) == address else { return nil }
    }

    package func contains(_ other: IPAddress) -> Bool {
        other.prefix(bits) == address
    }
}
