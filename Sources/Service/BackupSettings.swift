// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations

/// Where a service writes backups, how many it keeps, and when it makes one by itself.
package struct BackupSettings: Sendable {
    package let folder: String
    /// Nil for all.
    package var keep: Int?
    /// Milliseconds between one and the next; nil for none but those that are asked for.
    package var interval: Int64?

    package init(folder: String, keep: Int? = nil, interval: Int64? = nil) {
        self.folder = folder
        self.keep = keep
        self.interval = interval
    }

    /// Whether a backup is to be made; `last` is when the newest was made of which that is known.
    ///
    /// A try counts by its distance in whichever direction, so that a clock that was wrong for a
    /// while puts none off.
    package func isDue(at now: Instant, last: Instant?, lastAttempt: Instant?) -> Bool {
        guard let interval else { return false }
        let pause = min(interval, Self.pauseAfterFailure)
        if let lastAttempt, abs(now.milliseconds(since: lastAttempt)) < pause { return false }
        guard let last else { return true }
        return now.milliseconds(since: last) >= interval
    }

    /// After one that failed the next is tried no sooner.
    private static let pauseAfterFailure = 10 * Instant.millisecondsPerMinute
}
