// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Foundation
import SQLite
import TestSupport
import Testing

/// What rotation deletes, and what it never does.
@Suite struct BackupFolderTests {
    private let temporary: TemporaryFolder
    private let folder: BackupFolder

    init() throws {
        temporary = try TemporaryFolder()
        folder = BackupFolder(temporary.path, for: "/var/lib/guanxi.sqlite")
    }

    private static func ends(_ database: UInt8) -> JournalEnds {
        JournalEnds(origin: [database], seq: 1, head: [9])
    }

    /// Writes a backup of three bytes that was made so many hours after the start.
    @discardableResult
    private func add(
        _ name: String,
        hours: Int64,
        of journal: JournalEnds? = ends(1),
        bytes: Int = 3
    ) throws -> BackupManifest {
        let manifest = BackupManifest(
            file: name,
            createdAt: TestClock.start.adding(milliseconds: hours * Instant.millisecondsPerHour),
            bytes: bytes,
            digest: [1, 2],
            contents: BackupContents(
                counts: TableCounts(schemaVersion: 7, tables: [.init(name: "event", rows: 1)]),
                journal: journal
            )
        )
        try DurableFile.write([1, 2, 3], to: folder.file(name))
        try manifest.write(to: folder.file(name + BackupManifest.suffix))
        return manifest
    }

    private func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.file(name))
    }

    @Test func `a manifest reads back as it was written`() throws {
        for journal in [Self.ends(1), nil] {
            let manifest = try add("a", hours: 0, of: journal)
            #expect(try BackupManifest(at: folder.file("a" + BackupManifest.suffix)) == manifest)
        }
        #expect(try BackupManifest(at: folder.file("none")) == nil)
        try DurableFile.write(Array("{}".utf8), to: folder.file("b"))
        #expect(throws: BackupFault.self) { try BackupManifest(at: folder.file("b")) }
    }

    @Test func `names say the time`() {
        let name = folder.newFile(at: TestClock.start)
        #expect(name == temporary.path + "/guanxi-20261123T020000.000Z.sqlite")
    }

    @Test func `deletes the oldest, with their manifests`() throws {
        for hours in 0..<4 { try add("\(hours)", hours: Int64(hours)) }
        let newest = try add("new", hours: 9)
        #expect(try folder.rotate(keeping: 3, newest: newest) == ["1", "0"])
        #expect(try folder.backups().map(\.file) == ["new", "3", "2"])
        #expect(!exists("0") && !exists("0" + BackupManifest.suffix))
    }

    @Test func `what a clock dated ahead takes nobody's place`() throws {
        for hours in 0..<3 { try add("\(hours)", hours: Int64(hours)) }
        try add("ahead", hours: 99)
        let newest = try add("new", hours: 3)
        #expect(try folder.rotate(keeping: 4, newest: newest) == [])
        #expect(try folder.rotate(keeping: 1, newest: newest) == ["2", "1", "0"])
        #expect(exists("new") && exists("ahead"))
        // Its date has come: it is one among others.
        let later = try add("later", hours: 100)
        #expect(try folder.rotate(keeping: 2, newest: later) == ["new"])
        let last = try add("last", hours: 101)
        #expect(try folder.rotate(keeping: 2, newest: last) == ["ahead"])
    }

    @Test func `leaves alone what is not ours`() throws {
        let newest = try add("new", hours: 9)
        try add("of another database", hours: 0, of: Self.ends(2))
        try add("of none", hours: 0, of: nil)
        try DurableFile.write([1], to: folder.file("guanxi-2026.sqlite"))
        try DurableFile.write([1], to: folder.file("x.manifest.json"))
        try add("renamed", hours: 0)
        try FileManager.default.moveItem(
            atPath: folder.file("renamed"),
            toPath: folder.file("kept")
        )
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("renamed"),
            withDestinationPath: folder.file("kept")
        )
        #expect(try folder.rotate(keeping: 1, newest: newest) == [])
        for name in ["of another database", "of none", "guanxi-2026.sqlite", "kept", "renamed"] {
            #expect(exists(name))
        }
    }

    @Test func `one that is cut short counts for nothing`() throws {
        try add("good", hours: 0)
        try add("cut", hours: 1, bytes: 4)
        let newest = try add("new", hours: 9)
        #expect(try folder.rotate(keeping: 2, newest: newest) == [])
        #expect(exists("good") && exists("cut"))
    }

    @Test func `a database whose journal is empty has no past to delete`() throws {
        try add("old", hours: 0, of: nil)
        let newest = try add("new", hours: 9, of: nil)
        #expect(try folder.rotate(keeping: 1, newest: newest) == [])
    }
}
