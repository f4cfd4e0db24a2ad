// SPDX-License-Identifier: Apache-2.0
import API
import Foundation
import HTTP
import JSON
import Routing
import TestSupport
import Testing

/// The files in docs that must say what the code says.
@Suite struct DocumentTests {
    private static let docs = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs")

    @Test func `docs/openapi.json is the document that is served`() throws {
        let file = Self.docs.appending(path: "openapi.json")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(Contract.document.utf8).write(to: file)
        }
        let kept = try Data(contentsOf: file)
        // Compared as bytes, and told without printing both.
        let isSame = kept == Data(Contract.document.utf8)
        #expect(isSame, "run the tests once with UPDATE_GOLDEN=1 and look at the change")
    }

    @Test func `docs/problems.md has a section for each kind of problem`() throws {
        let text = try String(contentsOf: Self.docs.appending(path: "problems.md"), encoding: .utf8)
        let sections = text.components(separatedBy: "\n## ").dropFirst()
        let headings = sections.compactMap { $0.components(separatedBy: "\n").first }
        #expect(headings == API.problems.map(\.slug))
        for (kind, section) in zip(API.problems, sections) {
            #expect(section.contains("\(kind.title), \(kind.status.code)"), "\(kind.slug)")
            #expect(section.contains(kind.explanation), "\(kind.slug)")
        }
    }
}
