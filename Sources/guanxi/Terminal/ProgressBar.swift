// SPDX-License-Identifier: Apache-2.0
import Glibc
import SQLite
import Synchronization

/// A bar on standard error, drawn over itself; nothing where that is no terminal.
///
/// It may be shown from any thread.
final class ProgressBar: Sendable {
    private static let width = 40
    private let title: String
    private let shown = Mutex(-1)

    init(_ title: String) {
        self.title = title
    }

    /// Shows how much is done, from 0 to 1, with a note beside it.
    func show(_ fraction: Double, _ note: String = "") {
        guard Console.isTerminal else { return }
        let percent = Int((min(max(fraction, 0), 1) * 100).rounded(.down))
        shown.withLock { shown in
            guard percent != shown else { return }
            shown = percent
            let filled = percent * Self.width / 100
            let bar =
                String(repeating: "█", count: filled)
                + String(repeating: "░", count: Self.width - filled)
            write("\r\u{1B}[K\(title) \(bar) \(percent) % \(note)")
        }
    }

    /// Leaves the line.
    func end() {
        guard Console.isTerminal, shown.withLock({ $0 }) >= 0 else { return }
        write("\n")
    }

    private func write(_ text: String) {
        // A terminal that is gone needs no bar.
        _ = NewFile.write(Array(text.utf8), to: STDERR_FILENO)
    }
}
