// SPDX-License-Identifier: Apache-2.0
import HTTP

/// Finds a template by the segments of a path; what stands at its end is named by a number.
struct PathTree: Sendable {
    enum Finding {
        case found(Int, values: [String])
        case unknown
        /// The path is wrong by itself, whatever the templates are.
        case malformed(String)
    }

    private struct Node: Sendable {
        var literals: [(text: String, node: Int)] = []
        var parameter: Int?
        var end: Int?
    }

    private var nodes = [Node()]
    private var count = 0

    /// The number of a template, the same for each that matches the same paths.
    mutating func add(_ template: PathTemplate) -> Int {
        let node = template.segments.reduce(0) { child(of: $0, for: $1) }
        if let end = nodes[node].end { return end }
        nodes[node].end = count
        count += 1
        return count - 1
    }

    private mutating func child(of node: Int, for segment: PathTemplate.Segment) -> Int {
        let new = nodes.count
        switch segment {
        case .literal(let text):
            if let known = nodes[node].literals.first(where: { $0.text == text }) {
                return known.node
            }
            nodes[node].literals.append((text, new))
        case .parameter:
            if let known = nodes[node].parameter { return known }
            nodes[node].parameter = new
        }
        nodes.append(Node())
        return new
    }

    /// A segment is decoded after the path has been split (RFC 3986, section 2.4), so that `%2F`
    /// stays inside it.
    func find(_ path: String) -> Finding {
        let bytes = path.utf8.span
        guard !bytes.isEmpty, bytes[0] == UInt8(ascii: "/") else { return .unknown }
        var values: [String] = []
        var node: Int? = 0
        var start = 1
        while start <= bytes.count {
            var end = start
            var isPlain = true
            while end < bytes.count, bytes[end] != UInt8(ascii: "/") {
                if bytes[end] == UInt8(ascii: "%") { isPlain = false }
                end += 1
            }
            let raw = bytes.extracting(start..<end)
            if isPlain {
                if raw.isDots { return .malformed("the path has a dot segment") }
                node = node.flatMap { next(after: $0, raw, &values) }
            } else {
                guard let text = PercentEncoding.decode(raw) else {
                    return .malformed("the path has a bad escape, U+0000 or broken UTF-8")
                }
                let segment = text.utf8.span
                if segment.isDots { return .malformed("the path has a dot segment, escaped") }
                node = node.flatMap { next(after: $0, segment, &values) }
            }
            start = end + 1
        }
        guard let node, let end = nodes[node].end else { return .unknown }
        return .found(end, values: values)
    }

    private func next(
        after node: Int,
        _ segment: Span<UInt8>,
        _ values: inout [String]
    ) -> Int? {
        for index in nodes[node].literals.indices
        where segment.isText(nodes[node].literals[index].text) {
            return nodes[node].literals[index].node
        }
        guard let next = nodes[node].parameter, !segment.isEmpty,
            let text = try? UTF8Span(validating: segment)
        else { return nil }
        values.append(String(copying: text))
        return next
    }
}

extension Span<UInt8> {
    /// Whether it is a dot segment.
    ///
    /// RFC 3986, section 6.2.2.3: a proxy may remove them and judge another path by its rules than
    /// the one that would be answered here.
    fileprivate var isDots: Bool {
        switch count {
        case 1: self[0] == UInt8(ascii: ".")
        case 2: self[0] == UInt8(ascii: ".") && self[1] == UInt8(ascii: ".")
        default: false
        }
    }

    fileprivate func isText(_ text: String) -> Bool {
        guard count == text.utf8.count else { return false }
        let other = text.utf8.span
        for index in indices where self[index] != other[index] { return false }
        return true
    }
}
