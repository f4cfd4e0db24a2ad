// SPDX-License-Identifier: Apache-2.0
import Glibc
import SQLite

/// What commands say: results on standard output, all else on standard error.
enum Console {
    static func complain(_ message: String) {
        say("guanxi: " + message)
    }

    static func say(_ message: String) {
        // A terminal that is gone is no reason to stop the service.
        _ = NewFile.write(Array((message + "\n").utf8), to: STDERR_FILENO)
    }

    /// Writes a line at once, unbuffered: a script may wait for it.
    static func print(_ text: String) throws(Failure) {
        try write(Array((text + "\n").utf8))
    }

    /// Writes to standard output; throws where a result would be lost.
    static func write(_ bytes: [UInt8]) throws(Failure) {
        let code = NewFile.write(bytes, to: STDOUT_FILENO)
        guard code == 0 else { throw Failure(writing: "standard output", errno: code) }
    }

    /// Whether standard error is a terminal, on which a progress bar can be drawn.
    static var isTerminal: Bool {
        isatty(STDERR_FILENO) == 1
    }
}
