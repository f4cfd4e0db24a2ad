// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A bar on standard error, drawn over itself; nothing where that is no terminal.
struct ProgressBar {
    private static let width = 40
    private let title: String
    private var shown = -1

    init(_ title: String) {
        self.title = title
    }

    /// Shows how much is done, from 0 to 1, with a note beside it.
    mutating func show(_ fraction: Double, _ note: String = "") {
        let percent = Int((min(max(fraction, 0), 1) * 100).rounded(.down))
        guard Console.isTerminal, percent != shown else { return }
        shown = percent
        let filled = percent * Self.width / 100
        let bar =
            String(repeating: "█", count: filled)
            + String(repeating: "░", count: Self.width - filled)
        write("\r\u{1B}[K\(title) \(bar) \(percent) % \(note)")
    }

    /// Leaves the line.
    func end() {
        guard Console.isTerminal, shown >= 0 else { return }
        write("\n")
    }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
