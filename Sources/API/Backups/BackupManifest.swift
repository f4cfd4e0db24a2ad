// SPDX-License-Identifier: Apache-2.0
import Crypto
package import CustomerRelations
import Foundation
import JSON
package import SQLite

/// What a database holds, as far as a backup has to hold the same.
package struct BackupContents: Sendable, Equatable {
    package let counts: TableCounts
    /// Nil while nothing has been journalled.
    package let journal: JournalEnds?

    package init(counts: TableCounts, journal: JournalEnds?) {
        self.counts = counts
        self.journal = journal
    }

    package init(of snapshot: Snapshot) throws {
        counts = try TableCounts(in: snapshot)
        journal = try Journal().ends(in: snapshot)
    }
}

/// What stands beside a backup, in `<file>.manifest.json`: what it held when it was verified.
package struct BackupManifest: Sendable, Equatable {
    package static let suffix = ".manifest.json"
    private static let format = "guanxi-backup-1"
    private static let longest = 1 << 20

    /// The backup's name in its folder.
    package let file: String
    package let createdAt: Instant
    /// The version of the program that made it.
    package let program: String
    package let bytes: Int
    /// SHA-256 of the file.
    package let digest: [UInt8]
    package let contents: BackupContents

    package init(
        file: String,
        createdAt: Instant,
        program: String = API.version,
        bytes: Int,
        digest: [UInt8],
        contents: BackupContents
    ) {
        self.file = file
        self.createdAt = createdAt
        self.program = program
        self.bytes = bytes
        self.digest = digest
        self.contents = contents
    }

    package var id: ID<Self> { ID(rawValue: createdAt.rawValue) }

    /// How far clocks may be apart, and how far a date is moved on where its place is taken, in
    /// milliseconds.
    package static let clockTolerance = Instant.millisecondsPerMinute

    /// Whether its date lies in the future, as a clock leaves it that was wrong.
    package func isAhead(of now: Instant) -> Bool {
        createdAt.milliseconds(since: now) > Self.clockTolerance
    }

    /// Whether the backup is of the database whose journal has these ends.
    package func isOfDatabase(with journal: JournalEnds?) -> Bool {
        contents.journal?.origin == journal?.origin
    }
}

// MARK: - The file

extension BackupManifest {
    package func write(to path: String) throws {
        try DurableFile.write(Array((json.text + "\n").utf8), to: path)
    }

    /// Nil if there is no such file; throws if it is no manifest.
    package init?(at path: String) throws(BackupFault) {
        let path = DatabasePath.resolved(path)
        guard let length = DurableFile.size(of: path) else { return nil }
        guard length <= Self.longest, let data = FileManager.default.contents(atPath: path),
            let json = try? JSONReader.read(Array(data)), json["format"]?.string == Self.format,
            let file = json["file"]?.string,
            let createdAt = json["createdAt"]?.string.flatMap(Instant.init(rfc3339:)),
            let program = json["program"]?.string,
            let bytes = json["bytes"]?.integer,
            let digest = json["sha256"]?.string.flatMap(Base16.decode),
            let contents = BackupContents(json)
        else { throw BackupFault("the manifest cannot be read") }
        self.init(
            file: file,
            createdAt: createdAt,
            program: program,
            bytes: bytes,
            digest: digest,
            contents: contents
        )
    }

    private var json: JSON {
        var members: [JSON.Member] = [
            JSON.Member("format", .string(Self.format)),
            JSON.Member("file", .string(file)),
            JSON.Member("createdAt", .string(createdAt.rfc3339)),
            JSON.Member("program", .string(program)),
            JSON.Member("bytes", .integer(bytes)),
            JSON.Member("sha256", .string(Base16.encode(digest))),
            JSON.Member("schemaVersion", .integer(contents.counts.schemaVersion)),
            JSON.Member("tables", contents.tables),
        ]
        if let journal = contents.journal {
            members.append(JSON.Member("journal", journal.json))
        }
        return .object(members)
    }
}

extension BackupContents {
    fileprivate init?(_ json: JSON) {
        guard let version = json["schemaVersion"]?.integer, let tables = json["tables"]?.members
        else { return nil }
        let counts = tables.compactMap { member in
            member.value.integer.map { TableCounts.Table(name: member.name, rows: $0) }
        }
        guard counts.count == tables.count else { return nil }
        var journal: JournalEnds?
        if let ends = json["journal"] {
            guard let known = JournalEnds(ends) else { return nil }
            journal = known
        }
        self.init(
            counts: TableCounts(schemaVersion: version, tables: counts),
            journal: journal
        )
    }

    /// Each table's name with the number of its rows.
    var tables: JSON {
        .object(counts.tables.map { JSON.Member($0.name, .integer($0.rows)) })
    }
}

extension JournalEnds {
    fileprivate init?(_ json: JSON) {
        guard let seq = json["seq"]?.integer,
            let origin = json["origin"]?.string.flatMap(Base16.decode),
            let head = json["head"]?.string.flatMap(Base16.decode)
        else { return nil }
        self.init(origin: origin, seq: Int64(seq), head: head)
    }

    fileprivate var json: JSON {
        [
            "seq": .integer(Int(seq)), "head": .string(Base16.encode(head)),
            "origin": .string(Base16.encode(origin)),
        ]
    }
}

// MARK: - Verifying

/// What is wrong with a backup.
package struct BackupFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension BackupManifest {
    /// Reads a file to its end for its digest.
    package static func digest(
        of path: String,
        progress: (Double) throws -> Void = { _ in }
    ) throws -> [UInt8] {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        let length = Double(max(DurableFile.size(of: path) ?? 0, 1))
        var hasher = SHA256()
        var count = 0
        while let piece = try file.read(upToCount: 1 << 18), !piece.isEmpty {
            hasher.update(data: piece)
            count += piece.count
            try progress(min(Double(count) / length, 1))
        }
        return Array(hasher.finalize())
    }

    /// Throws if a log lies beside the file: it would be read as part of it, and is none of what was
    /// verified.
    package func demandNoLog(beside path: String) throws(BackupFault) {
        for log in ["-wal", "-journal"].map({ path + $0 }) {
            guard DurableFile.size(of: log) ?? 0 == 0 else {
                throw BackupFault("\(log) is none of what the manifest describes: remove it")
            }
        }
    }

    /// Throws unless the file is, byte for byte, the one that was verified, and alone.
    package func verifyBytes(
        of path: String,
        progress: (Double) throws -> Void = { _ in }
    ) throws {
        try demandNoLog(beside: path)
        guard DurableFile.size(of: path) == bytes else {
            throw BackupFault("the file is not as long as its manifest says")
        }
        guard try Self.digest(of: path, progress: progress) == digest else {
            throw BackupFault("the file has another digest than its manifest says")
        }
    }

    /// Throws unless a database holds what the manifest says.
    package func verify(_ found: BackupContents) throws(BackupFault) {
        guard found.counts == contents.counts else {
            throw BackupFault("the tables have other rows than the manifest says")
        }
        guard found.journal == contents.journal else {
            throw BackupFault("the journal has another head than the manifest says")
        }
    }
}
