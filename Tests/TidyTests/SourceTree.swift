// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A file of the repository, read once.
struct SourceFile: Sendable {
    /// Relative to the repository, `Sources/HTTP/Limits.swift`.
    let path: String
    let lines: [String]

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The folder below `Sources` or `Tests`.
    var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

    /// The lines without what stands behind `//`.
    let code: [String]

    init(path: String, lines: [String]) {
        self.path = path
        self.lines = lines
        code = lines.map { line in
            guard line.contains("//") else { return line }
            // A URL in a string keeps its slashes.
            let comment = line.range(of: "(?<!:)//.*$", options: .regularExpression)
            return comment.map { String(line[..<$0.lowerBound]) } ?? line
        }
    }

    /// The places where the code has a match, `Sources/A/B.swift:7`.
    func places(of pattern: String) -> [String] {
        code.enumerated().compactMap { number, line in
            let match = line.range(of: pattern, options: .regularExpression)
            return match.map { _ in "\(path):\(number + 1)" }
        }
    }
}

/// The repository that these tests were compiled from.
enum SourceTree {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static let sources = files("Sources", ending: ".swift")
    static let tests = files("Tests", ending: ".swift")
    static let swift = sources + tests + file("Package.swift")
    static let migrations = files("Migrations", ending: ".sql")
    static let documents = files("docs", ending: ".md") + file("README.md")

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    private static func file(_ path: String) -> [SourceFile] {
        let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8)
        return text.map { [SourceFile(path: path, lines: $0.components(separatedBy: "\n"))] } ?? []
    }

    private static func files(_ folder: String, ending: String) -> [SourceFile] {
        let url = root.appending(path: folder).resolvingSymlinksInPath()
        let paths = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String }
        return (paths ?? []).filter { $0.hasSuffix(ending) }.sorted()
            .flatMap { file("\(folder)/\($0)") }
    }
}
