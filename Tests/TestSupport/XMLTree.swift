// SPDX-License-Identifier: Apache-2.0
import Foundation
import FoundationXML

/// An XML document as a tree, read by a parser that is not ours.
package struct XMLTree {
    package let name: String
    package let attributes: [String: String]
    package fileprivate(set) var children: [XMLTree] = []
    /// The text in it, without that of its children.
    package fileprivate(set) var text = ""

    /// Throws unless the document is well-formed.
    package init(_ bytes: [UInt8]) throws {
        let parser = XMLParser(data: Data(bytes))
        let builder = Builder()
        parser.delegate = builder
        guard parser.parse(), let root = builder.root else {
            throw TestFailure(
                "no XML in line \(parser.lineNumber): \(String(describing: parser.parserError))"
            )
        }
        self = root
    }

    fileprivate init(_ name: String, _ attributes: [String: String]) {
        self.name = name
        self.attributes = attributes
    }

    /// The elements of a name, and of a class if one is given, in the order of the document.
    package func all(_ name: String, of kind: String? = nil) -> [XMLTree] {
        let isMeant = self.name == name && (kind == nil || attributes["class"] == kind)
        return (isMeant ? [self] : []) + children.flatMap { $0.all(name, of: kind) }
    }

    /// The texts of the elements of a name.
    package func texts(_ name: String) -> [String] {
        all(name).map(\.text)
    }

    package func number(_ attribute: String) -> Double? {
        attributes[attribute].flatMap { Double($0) }
    }

    private final class Builder: NSObject, XMLParserDelegate {
        var root: XMLTree?
        private var open: [XMLTree] = []

        func parser(
            _ parser: XMLParser,
            didStartElement name: String,
            namespaceURI: String?,
            qualifiedName: String?,
            attributes: [String: String]
        ) {
            open.append(XMLTree(name, attributes))
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) {
            guard !open.isEmpty else { return }
            open[open.count - 1].text += text
        }

        func parser(
            _ parser: XMLParser,
            didEndElement name: String,
            namespaceURI: String?,
            qualifiedName: String?
        ) {
            guard let done = open.popLast() else { return }
            if open.isEmpty {
                root = done
            } else {
                open[open.count - 1].children.append(done)
            }
        }
    }
}
