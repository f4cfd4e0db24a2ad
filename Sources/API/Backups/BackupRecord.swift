// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import JSON
import SQLite

/// A backup that the service makes, made or failed to make.
package struct BackupRecord: Sendable {
    package enum Status: String, Sendable, CaseIterable {
        case running
        case finished
        case failed
    }

    package let id: ID<BackupManifest>
    package var status: Status
    package var progress: Double
    package let createdAt: Instant
    package let file: String
    /// Nil until it has been verified.
    package var manifest: BackupManifest?
    /// Why there is none.
    package var failure: String?

    /// One that begins.
    package init(id: ID<BackupManifest>, file: String, createdAt: Instant) {
        self.id = id
        status = .running
        progress = 0
        self.createdAt = createdAt
        self.file = file
    }

    /// One that lies in the folder.
    package init(_ manifest: BackupManifest) {
        self.init(id: manifest.id, file: manifest.file, createdAt: manifest.createdAt)
        status = .finished
        progress = 1
        self.manifest = manifest
    }
}

extension BackupRecord {
    static let fields: Representation<BackupRecord> = Representation(
        "Backup",
        [
            Member("id", \.id, .id()),
            Member("status", \.status, .enumeration()),
            Member("progress", \.progress, .fraction, "How much is done."),
            Member("createdAt", \.createdAt, .instant, "When it was begun."),
            Member("file", \.file, .string(maxLength: 500), "Its name in the service's folder."),
            Member("bytes", { $0.manifest?.bytes }, .integer(0...Int.max)),
            Member("sha256", { $0.manifest?.digest }, .hex, "The digest of the file."),
            Member(
                "schemaVersion",
                { $0.manifest?.contents.counts.schemaVersion },
                .integer(0...Int.max),
                "The number of the last migration."
            ),
            Member(
                "tables",
                { $0.manifest?.contents.tables.text },
                .raw(.open(description: "Each table's name with the number of its rows.")),
                "What it holds."
            ),
            Member(
                "journal",
                { $0.manifest?.contents.journal },
                .object(JournalEnds.fields),
                "How far the journal goes in it."
            ),
            Member("failure", \.failure, .string(maxLength: 500), "Why it was not made."),
        ]
    )
}

extension JournalEnds {
    fileprivate static let fields: Representation<JournalEnds> = Representation(
        "JournalEnds",
        [
            Member("seq", \.seq, .number, "The last entry."),
            Member("head", \.head, .hex, "Its hash."),
            Member("origin", \.origin, .hex, "The hash of the first entry, which no other has."),
        ]
    )
}
