// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The program, run as a process.
enum Program {
    /// SwiftPM builds it beside the tests.
    static let url = URL(filePath: CommandLine.arguments[0])
        .deletingLastPathComponent().appending(path: "guanxi")

    /// How a command ended, and what it said on standard error.
    struct End {
        let code: Int32
        let complaint: String
    }

    /// Runs a command to its end.
    static func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> End {
        let process = Process()
        process.executableURL = url
        process.arguments = arguments
        process.environment = environment
        let complaint = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = complaint
        try process.run()
        let text = complaint.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return End(
            code: process.terminationStatus,
            complaint: String(decoding: text, as: UTF8.self)
        )
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
