// SPDX-License-Identifier: Apache-2.0
import API
import ArgumentParser
import CustomerRelations
import Service
import SQLite

/// Where a service writes backups, how many it keeps, and when it makes one by itself.
struct BackupOptions: ParsableArguments {
    @Option(help: "The folder for the backups that the service makes; it must exist.")
    var backupFolder: String?

    @Option(help: "How often a backup is made: 30m, 24h, 7d.")
    var backupEvery: Interval?

    @Option(help: "How many backups of the database the folder keeps; all, if not given.")
    var backupKeep: Int?

    private var folder: String? { backupFolder ?? Environment.value("BACKUP_FOLDER") }
    private var every: Interval? { backupEvery ?? Environment.value("BACKUP_EVERY") }
    private var keep: Int? { backupKeep ?? Environment.value("BACKUP_KEEP") }

    func validate() throws {
        guard folder.map(DurableFile.isFolder) ?? true else {
            throw ValidationError("--backup-folder must name a folder that is there")
        }
        if let every, !Interval.range.contains(every.milliseconds) {
            throw ValidationError("--backup-every must be from 1m to 366d")
        }
        guard BackupFolder.keepRange.contains(keep ?? 1) else {
            throw ValidationError(
                "--backup-keep must be from 1 to \(BackupFolder.keepRange.upperBound)"
            )
        }
        guard folder != nil || (every == nil && keep == nil) else {
            throw ValidationError("--backup-every and --backup-keep need --backup-folder")
        }
    }

    var settings: BackupSettings? {
        folder.map {
            BackupSettings(folder: $0, keep: keep, interval: every?.milliseconds)
        }
    }
}

/// A length of time as an option says it: a whole number of minutes, hours or days.
struct Interval: ExpressibleByArgument {
    static let range =
        Instant.millisecondsPerMinute...366 * Instant.millisecondsPerDay

    let milliseconds: Int64

    init?(argument: String) {
        guard let match = argument.wholeMatch(of: /([0-9]{1,9})([mhd])/),
            let number = Int64(match.1)
        else { return nil }
        let units: [Substring: Int64] = [
            "m": Instant.millisecondsPerMinute, "h": Instant.millisecondsPerHour,
            "d": Instant.millisecondsPerDay,
        ]
        milliseconds = number * (units[match.2] ?? 0)
    }
}
