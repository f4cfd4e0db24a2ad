// SPDX-License-Identifier: Apache-2.0

/// How one kind of value is read, written and described.
@usableFromInline package struct Codec<Value>: Sendable {
    package let schema: Schema
    /// Reads a value; notes in `Decoding` what is wrong and answers nil.
    package let decode: @Sendable (JSON, inout Decoding) -> Value?
    @usableFromInline package let encode: @Sendable (Value, inout JSONWriter) -> Void

    package init(
        schema: Schema,
        decode: @escaping @Sendable (JSON, inout Decoding) -> Value?,
        encode: @escaping @Sendable (Value, inout JSONWriter) -> Void
    ) {
        self.schema = schema
        self.decode = decode
        self.encode = encode
    }
}

extension Codec where Value == String {
    /// A text of `minLength` to `maxLength` code points; one that must not be empty must not be
    /// blank either.
    package static func string(
        minLength: Int = 1,
        maxLength: Int,
        multiline: Bool = true
    ) -> Self {
        Codec(
            schema: .scalar([
                JSON.Member("type", "string"),
                JSON.Member("minLength", .integer(minLength)),
                JSON.Member("maxLength", .integer(maxLength)),
            ]),
            decode: { json, decoding in
                guard let text = json.string else {
                    decoding.refuse("must be a string")
                    return nil
                }
                // The UTF-8 length bounds the number of code points from above.
                guard text.utf8.count <= maxLength || text.unicodeScalars.count <= maxLength else {
                    decoding.refuse("must not be longer than \(maxLength) characters")
                    return nil
                }
                guard !text.utf8.contains(0) else {
                    decoding.refuse("must not hold U+0000")
                    return nil
                }
                guard minLength == 0 || text.unicodeScalars.contains(where: \.isVisible),
                    minLength <= 1 || text.unicodeScalars.count >= minLength
                else {
                    decoding.refuse(
                        minLength <= 1
                            ? "must not be empty" : "must have at least \(minLength) characters"
                    )
                    return nil
                }
                return text
            },
            encode: { $1.string($0) }
        )
    }

    /// A text that is JSON itself: an object whose members are not fixed.
    package static func openObject(_ description: String, maxBytes: Int = 65_536) -> Self {
        Codec(
            schema: .open(description: description),
            decode: { json, decoding in
                var object = json
                if decoding.options.isTextual, let text = json.string,
                    let read = try? JSONReader.read(text)
                {
                    object = read
                }
                guard case .object = object else {
                    decoding.refuse("must be an object")
                    return nil
                }
                object.refuseDoubles(&decoding)
                let text = object.text
                guard text.utf8.count <= maxBytes else {
                    decoding.refuse("must not take more than \(maxBytes) bytes")
                    return nil
                }
                return text
            },
            encode: { $1.raw($0) }
        )
    }

    /// A text made of other JSON, written as it stands.
    package static func raw(_ schema: Schema) -> Self {
        Codec(
            schema: schema,
            decode: { json, _ in json.text },
            encode: { $1.raw($0) }
        )
    }
}

extension Codec where Value == Int {
    package static func integer(_ range: ClosedRange<Int>) -> Self {
        Codec(
            schema: .scalar([
                JSON.Member("type", "integer"),
                JSON.Member("minimum", .integer(range.lowerBound)),
                JSON.Member("maximum", .integer(range.upperBound)),
            ]),
            decode: { json, decoding in
                let whole: Substring
                switch json {
                case .number(let digits): whole = integralPart(digits)
                case .string(let digits) where decoding.options.isTextual: whole = digits[...]
                default:
                    decoding.refuse("must be an integer")
                    return nil
                }
                guard whole.first != "+", let value = Int(whole) else {
                    decoding.refuse("must be an integer")
                    return nil
                }
                guard range.contains(value) else {
                    decoding.refuse("must be from \(range.lowerBound) to \(range.upperBound)")
                    return nil
                }
                return value
            },
            encode: { $1.integer(Int64($0)) }
        )
    }
}

/// The text without a fraction of noughts: JSON Schema counts 1.0 among the integers.
private func integralPart(_ text: String) -> Substring {
    guard let point = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return text[...] }
    let fraction = text[point...].dropFirst()
    return fraction.isEmpty || fraction.contains { $0 != "0" } ? text[...] : text[..<point]
}

extension Codec where Value == Double {
    package static func number(_ range: ClosedRange<Double>) -> Self {
        Codec(
            schema: .scalar([
                JSON.Member("type", "number"),
                JSON.Member("minimum", .number(range.lowerBound.description)),
                JSON.Member("maximum", .number(range.upperBound.description)),
            ]),
            decode: { json, decoding in
                let value =
                    decoding.options.isTextual ? json.string.flatMap(Double.init) : json.double
                guard let value else {
                    decoding.refuse("must be a number")
                    return nil
                }
                guard range.contains(value) else {
                    decoding.refuse("must be from \(range.lowerBound) to \(range.upperBound)")
                    return nil
                }
                return value
            },
            encode: { $1.double($0) }
        )
    }
}

extension Codec where Value == Bool {
    package static var boolean: Self {
        Codec(
            schema: .scalar([JSON.Member("type", "boolean")]),
            decode: { json, decoding in
                switch json {
                case .bool(let flag): return flag
                case .string("true") where decoding.options.isTextual: return true
                case .string("false") where decoding.options.isTextual: return false
                default:
                    decoding.refuse("must be true or false")
                    return nil
                }
            },
            encode: { $1.bool($0) }
        )
    }
}

extension Codec where Value: RawRepresentable<String> & CaseIterable & Sendable {
    /// One of a fixed list of words.
    package static func enumeration(_ type: Value.Type = Value.self) -> Self {
        let words = Value.allCases.map(\.rawValue)
        return Codec(
            schema: .scalar([
                JSON.Member("type", "string"),
                JSON.Member("enum", .array(words.map(JSON.string))),
            ]),
            decode: { json, decoding in
                guard let value = json.string.flatMap(Value.init(rawValue:)) else {
                    decoding.refuse("must be one of " + words.joined(separator: ", "))
                    return nil
                }
                return value
            },
            encode: { $1.string($0.rawValue) }
        )
    }
}

extension Codec {
    /// A list of at most `maxItems` such values.
    package static func array<Element>(
        of element: Codec<Element>,
        maxItems: Int? = nil
    ) -> Codec<[Element]> where Value == [Element] {
        Codec<[Element]>(
            schema: .array(of: element.schema, maxItems: maxItems),
            decode: { json, decoding in
                guard let elements = json.elements else {
                    decoding.refuse("must be an array")
                    return nil
                }
                if let maxItems, elements.count > maxItems {
                    decoding.refuse("must not have more than \(maxItems) elements")
                    return nil
                }
                var values: [Element] = []
                for (place, json) in elements.enumerated() {
                    let value = decoding.under(place) { element.decode(json, &$0) }
                    if let value { values.append(value) }
                }
                return values.count == elements.count ? values : nil
            },
            encode: { values, writer in
                writer.array { writer in
                    for value in values { element.encode(value, &writer) }
                }
            }
        )
    }

    /// An object with the members of `fields`.
    package static func object(_ fields: Fields<Value>) -> Self {
        Codec(
            schema: fields.representation.schema,
            decode: { fields.decode($0, &$1) },
            encode: fields.representation.write
        )
    }

    /// An object that is only ever written.
    package static func object(_ representation: Representation<Value>) -> Self {
        Codec(
            schema: representation.schema,
            decode: { _, decoding in
                decoding.refuse("is read-only")
                return nil
            },
            encode: representation.write
        )
    }
}

extension Unicode.Scalar {
    /// Whether a reader sees it: it is neither white space nor one that is there for layout alone,
    /// such as a soft hyphen or a space of no width.
    package var isVisible: Bool {
        switch value {
        case 0x21...0x7E, 0x3400...0x9FFF: true
        default:
            !properties.isWhitespace && !properties.isDefaultIgnorableCodePoint
                && properties.generalCategory != .control && properties.generalCategory != .format
        }
    }
}
