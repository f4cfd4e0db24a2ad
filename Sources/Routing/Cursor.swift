// SPDX-License-Identifier: Apache-2.0
private import Crypto
private import FoundationEssentials
package import JSON

/// Signs and reads the cursors of lists: the key of the last row, bound to the list it belongs to.
///
/// A cursor is base64url of the key as JSON and the first 16 bytes of its HMAC-SHA-256 (RFC 2104)
/// over list and key, so that one that was altered, or comes from another list, is refused.
package struct CursorSigner: Sendable {
    private let secret: [UInt8]
    private static let tagLength = 16

    package init(secret: [UInt8]) {
        self.secret = secret
    }

    package func cursor(for key: [JSON], of list: String) -> String {
        let payload = Array(JSON.array(key).text.utf8)
        return Base64URL.encode(payload + tag(payload, list))
    }

    /// The key in a cursor; nil if we did not sign it for this list.
    package func key(in cursor: String, of list: String) -> [JSON]? {
        guard let bytes = Base64URL.decode(cursor), bytes.count > Self.tagLength else { return nil }
        let payload = Array(bytes.dropLast(Self.tagLength))
        guard Self.areEqual(tag(payload, list), Array(bytes.suffix(Self.tagLength))) else {
            return nil
        }
        return (try? JSONReader.read(payload))?.elements
    }

    private func tag(_ payload: [UInt8], _ list: String) -> [UInt8] {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(list.utf8) + [0] + payload,
            using: SymmetricKey(data: secret)
        )
        return Array(code.prefix(Self.tagLength))
    }

    /// Compares in a time that does not tell where the first difference lies.
    private static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.count == other.count && zip(one, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// Base64 with the URL alphabet and without padding (RFC 4648, section 5).
package enum Base64URL {
    package static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Nil for anything that `encode` does not write.
    package static func decode(_ text: String) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let standard = text.replacing("-", with: "+").replacing("_", with: "/") + padding
        guard let data = Data(base64Encoded: standard), encode(Array(data)) == text else {
            return nil
        }
        return Array(data)
    }
}
