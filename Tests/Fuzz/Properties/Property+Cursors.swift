// SPDX-License-Identifier: Apache-2.0
import JSON
import Routing

extension Property {
    /// A text that decodes encodes to itself, and a cursor holds for its key, its list and its
    /// secret alone.
    package static let cursors = Property("cursors") { input throws(BrokenProperty) in
        try checkBase64(input)
        let text = String(decoding: input, as: UTF8.self)
        if let key = signer.key(in: text, of: list) {
            try demand(
                signer.cursor(for: key, of: list).utf8.elementsEqual(text.utf8),
                "the cursor \(text) is written otherwise"
            )
        }
        // The input is also the key of a cursor, or its list.
        let key = (try? JSONReader.read(input))?.elements ?? [.string(text)]
        guard !text.utf8.contains(0) else { return }
        try checkCursor(key, list, input)
        try checkCursor([1], text, input)
    }

    private static let signer = CursorSigner(secret: Array(repeating: 7, count: 32))
    private static let list = "/v1/customers\nid"

    private static func checkBase64(_ input: [UInt8]) throws(BrokenProperty) {
        let text = String(decoding: input, as: UTF8.self)
        if let bytes = Base64URL.decode(text) {
            try demand(
                Base64URL.encode(bytes).utf8.elementsEqual(text.utf8),
                "\(text) decodes and is written otherwise"
            )
        }
        let encoded = Base64URL.encode(input)
        try demand(Base64URL.decode(encoded) == input, "\(encoded) does not read back")
    }

    private static func checkCursor(
        _ key: [JSON],
        _ list: String,
        _ input: [UInt8]
    ) throws(BrokenProperty) {
        let cursor = signer.cursor(for: key, of: list)
        let read = signer.key(in: cursor, of: list)
        try demand(
            read.map { Array(JSON.array($0).text.utf8) } == Array(JSON.array(key).text.utf8),
            "\(key) of the list \(list) reads back as \(read.debugDescription)"
        )
        try demand(signer.key(in: cursor, of: list + "\n") == nil, "it holds for another list")
        try demand(
            CursorSigner(secret: [7]).key(in: cursor, of: list) == nil,
            "it holds for another secret"
        )
        var draws = Draws(input)
        var altered = Array(cursor.utf8)
        let place = Int.random(in: altered.indices, using: &draws)
        altered[place] = altered[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        try demand(
            signer.key(in: String(decoding: altered, as: UTF8.self), of: list) == nil,
            "\(cursor) holds when its byte \(place) is another"
        )
    }
}
