// SPDX-License-Identifier: Apache-2.0
import HTTP
import Routing

/// The pages behind the `type` of problems.
enum ProblemPage {
    static func index(of kinds: [ProblemKind]) -> [UInt8] {
        let rows = kinds.map {
            "<li><a href=\"\($0.type)\">\(escape($0.title))</a> (\($0.status.code))</li>"
        }
        return page("Problems", "<ul>\n\(rows.joined(separator: "\n"))\n</ul>")
    }

    static func page(of kind: ProblemKind) -> [UInt8] {
        page(
            kind.title,
            """
            <p>Status \(kind.status.code), type <code>\(kind.type)</code></p>
            <p>\(marked(kind.explanation))</p>
            <p><a href="/problems">All problems</a></p>
            """
        )
    }

    private static func page(_ title: String, _ content: String) -> [UInt8] {
        Array(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>\(escape(title)) – guanxi</title></head>
            <body>
            <h1>\(escape(title))</h1>
            \(content)
            </body>
            </html>

            """
            .utf8
        )
    }

    /// The text with what stands in backticks shown as code.
    private static func marked(_ text: String) -> String {
        escape(text).split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .map { $0.offset.isMultiple(of: 2) ? String($0.element) : "<code>\($0.element)</code>" }
            .joined()
    }

    private static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;")
    }
}
