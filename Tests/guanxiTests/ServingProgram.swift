// SPDX-License-Identifier: Apache-2.0
import Foundation

/// `guanxi serve` on a free port, killed with this.
final class ServingProgram {
    private let process = Process()
    private let complaints = Pipe()
    private let output = Pipe()

    /// `prefix` is a command that runs the program.
    init(_ database: String, _ arguments: [String] = [], prefix: [String] = []) throws {
        let words =
            prefix + [Program.url.path, "serve", "--database", database, "--port", "0"]
            + ["--reactors", "1", "--log-level", "warning", "--min-free", "0"] + arguments
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        process.standardOutput = output
        process.standardError = complaints
        try process.run()
    }

    deinit { kill() }

    var id: Int32 { process.processIdentifier }

    /// The port, once it listens; nil if it ends instead.
    func port() -> Int? {
        Program.text(of: output, upTo: "\n").firstMatch(of: /:(\d+)\n/).flatMap { Int($0.1) }
    }

    /// How it ended by itself.
    func end() -> Program.End {
        let texts = [output, complaints].map { $0.fileHandleForReading.readDataToEndOfFile() }
        process.waitUntilExit()
        return Program.End(
            code: process.terminationStatus,
            output: String(decoding: texts[0], as: UTF8.self),
            complaint: String(decoding: texts[1], as: UTF8.self)
        )
    }

    /// Ends it with SIGTERM.
    func stop() -> Program.End {
        process.terminate()
        return end()
    }

    /// Ends it with SIGKILL.
    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
