// SPDX-License-Identifier: Apache-2.0

/// Writes SVG elements one after the other; what stands in texts and attributes is escaped.
struct SVGWriter {
    typealias Attribute = (name: StaticString, value: String)

    private(set) var text = ""

    /// Writes an element without content.
    mutating func element(_ name: StaticString, _ attributes: [Attribute]) {
        open(name, attributes)
        text += "/>\n"
    }

    /// Writes an element with a text in it.
    mutating func element(_ name: StaticString, _ attributes: [Attribute], text content: String) {
        open(name, attributes)
        text += ">\(Self.escape(content))</\(name)>\n"
    }

    /// Writes an element with others in it.
    mutating func element(
        _ name: StaticString,
        _ attributes: [Attribute],
        _ content: (inout SVGWriter) -> Void
    ) {
        open(name, attributes)
        text += ">\n"
        content(&self)
        text += "</\(name)>\n"
    }

    private mutating func open(_ name: StaticString, _ attributes: [Attribute]) {
        text += "<\(name)"
        for attribute in attributes {
            text += " \(attribute.name)=\"\(Self.escape(attribute.value))\""
        }
    }

    /// A text as it stands between tags and quotes; what XML cannot hold at all (XML 1.0, section
    /// 2.2) becomes U+FFFD.
    static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\t", "\n", "\r": escaped += " "
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension Double {
    /// A number with so many decimals at most, as SVG and axes have it: "12.5", "3", "-0.25".
    package func decimal(places: Int) -> String {
        guard isFinite, magnitude < 1e15 else { return "0" }
        let scale = (0..<places).reduce(1) { product, _ in product * 10 }
        let scaled = Int64((self * Double(scale)).rounded())
        let (units, rest) = scaled.magnitude.quotientAndRemainder(dividingBy: UInt64(scale))
        var text = (scaled < 0 ? "-" : "") + String(units)
        guard rest > 0 else { return text }
        let digits = String(rest)
        text += "." + String(repeating: "0", count: places - digits.count) + digits
        while text.last == "0" { text.removeLast() }
        return text
    }

    /// A coordinate.
    var place: String { decimal(places: 1) }
}
