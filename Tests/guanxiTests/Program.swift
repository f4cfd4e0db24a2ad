// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The program, run as a process.
enum Program {
    /// SwiftPM builds it beside the tests.
    static let url = URL(filePath: CommandLine.arguments[0])
        .deletingLastPathComponent().appending(path: "guanxi")

    /// How a command ended, and what it said.
    struct End {
        let code: Int32
        let output: String
        let complaint: String
    }

    /// Runs a command to its end; `runner` is another program that runs it.
    static func run(
        _ arguments: [String],
        _ environment: [String: String] = [:],
        by runner: String? = nil
    ) throws -> End {
        let process = Process()
        process.executableURL = runner.map { URL(filePath: $0) } ?? url
        process.arguments = arguments
        process.environment = environment
        let (output, complaint) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = complaint
        try process.run()
        // Both are short: neither fills its pipe while the other is read.
        let texts = [output, complaint].map { $0.fileHandleForReading.readDataToEndOfFile() }
        process.waitUntilExit()
        return End(
            code: process.terminationStatus,
            output: String(decoding: texts[0], as: UTF8.self),
            complaint: String(decoding: texts[1], as: UTF8.self)
        )
    }

    /// Reads until a text has come, or the end.
    static func text(of pipe: Pipe, upTo end: String) -> String {
        var bytes = Data()
        while true {
            // `read(upToCount:)` would wait for as many bytes.
            let more = pipe.fileHandleForReading.availableData
            bytes += more
            let text = String(decoding: bytes, as: UTF8.self)
            if more.isEmpty || text.contains(end) { return text }
        }
    }
}

/// A folder for one test, removed with it.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "guanxi-\(UUID())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }
}
