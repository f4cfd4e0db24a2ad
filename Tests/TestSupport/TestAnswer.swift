// SPDX-License-Identifier: Apache-2.0
package import HTTP
import HTTPServer
package import JSON

/// An answer, and what tests ask of it.
package struct TestAnswer: Sendable {
    package typealias Row = JSON

    package let status: Int
    package let fields: HeaderFields
    package let body: [UInt8]

    package init(status: Int, fields: HeaderFields, body: [UInt8]) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    init(_ answer: PlainClient.Answer) {
        self.init(status: answer.status, fields: answer.fields, body: answer.body)
    }

    package var text: String {
        String(decoding: body, as: UTF8.self)
    }

    /// The body as JSON; null if it is none.
    package var json: JSON {
        (try? JSONReader.read(body)) ?? .null
    }

    /// The media type without its parameters.
    package var mediaType: String? {
        fields["content-type"].map { String($0.prefix { $0 != ";" }) }
    }

    package var etag: String? { fields["etag"] }
    package var location: String? { fields["location"] }
}

// MARK: - Lists

extension TestAnswer {
    package var items: [Row] { json["items"]?.elements ?? [] }
    package var ids: [Int] { items.compactMap { $0["id"]?.integer } }
    package var next: String? { json["next"]?.string }
    package var lines: [String] { text.split(whereSeparator: \.isNewline).map(String.init) }
}

// MARK: - Problems

extension TestAnswer {
    /// The last part of a problem's type; nil if the answer is no problem.
    package var problem: String? {
        guard mediaType == "application/problem+json", let type = json["type"]?.string,
            type.hasPrefix("/problems/")
        else { return nil }
        return String(type.dropFirst("/problems/".count))
    }

    package var detail: String? { json["detail"]?.string }

    private var errors: [JSON] { json["errors"]?.elements ?? [] }

    /// The members that the body was refused for.
    package var pointers: [String] { errors.compactMap { $0["pointer"]?.string } }

    /// The query parameters that were refused.
    package var parameters: [String] { errors.compactMap { $0["parameter"]?.string } }

    /// What was said of each.
    package var details: [String] { errors.compactMap { $0["detail"]?.string } }
}

extension TestAnswer: CustomStringConvertible {
    package var description: String { "\(status) \(text.prefix(500))" }
}
