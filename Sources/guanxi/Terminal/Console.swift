// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What commands say: results on standard output, all else on standard error.
enum Console {
    static func complain(_ message: String) {
        say("guanxi: " + message)
    }

    static func say(_ message: String) {
        write(message + "\n", to: .standardError)
    }

    static func print(_ text: String) {
        write(text + "\n", to: .standardOutput)
    }

    /// Writes at once, unbuffered: a script may wait for the line.
    private static func write(_ text: String, to file: FileHandle) {
        // A closed terminal or pipe is no reason to stop the service.
        try? file.write(contentsOf: Data(text.utf8))
    }

    /// Whether standard error is a terminal, on which a progress bar can be drawn.
    static var isTerminal: Bool {
        isatty(STDERR_FILENO) == 1
    }
}
