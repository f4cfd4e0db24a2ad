// SPDX-License-Identifier: Apache-2.0
import Foundation
import SQLite
import Synchronization
import TestSupport
import Testing

/// What happens when the room on the volume gets scarce; the figures are the test's own.
@Suite struct SpaceTests {
    struct Case: CustomTestStringConvertible {
        let total: Int
        var reserve = 256 << 20
        let marks: [Int]

        var testDescription: String { "\(total) bytes, reserve \(reserve)" }
    }

    static let mebibyte = 1 << 20

    /// Low, enough, ballast, full.
    static let cases = [
        Case(total: 1 << 40, marks: [256, 320, 64, 64].map { $0 * mebibyte }),
        Case(total: 2000 * mebibyte, marks: [100, 125, 40, 40].map { $0 * mebibyte }),
        Case(total: 1_000_000, marks: [50_000, 62_500, 20_000, 20_000]),
        Case(
            total: 1 << 40,
            reserve: mebibyte,
            marks: [
                mebibyte, mebibyte * 5 / 4, 64 * mebibyte, mebibyte / 2,
            ]
        ),
        Case(total: 1 << 40, reserve: 0, marks: [0, 0, 64 * mebibyte, 0]),
        Case(total: 0, marks: [0, 0, 0, 0]),
    ]

    @Test(arguments: cases)
    func `the marks suit the volume`(_ one: Case) {
        let marks = SpaceMarks(total: one.total, reserve: one.reserve)
        #expect([marks.low, marks.enough, marks.ballast, marks.full] == one.marks)
    }

    /// A volume of 100 MB with as much free as the test says: low is 5, enough 6.25, full 2.
    private final class Volume: Sendable {
        let free = Atomic(50_000_000)

        var settings: SpaceWatch.Settings {
            SpaceWatch.Settings(keepsBallast: true) { [self] _ in
                VolumeSpace(free: free.load(ordering: .relaxed), total: 100_000_000)
            }
        }

        func set(_ bytes: Int) { free.store(bytes, ordering: .relaxed) }
    }

    private func withVolume(
        _ body: (Volume, Writer, TemporaryFolder, Collected<Bool>) throws -> Void
    ) throws {
        let folder = try TemporaryFolder()
        let volume = Volume()
        let changes = Collected<Bool>()
        var settings = volume.settings
        settings.onChange = { changes.add($0.isLow) }
        let writer = try Writer(
            path: folder.file(),
            space: SpaceWatch(path: folder.file(), settings),
            onFatal: { error in Issue.record(error) }
        )
        defer { writer.stop() }
        try writer.write { transaction in
            try transaction.run(
                "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE) STRICT"
            )
        }
        try body(volume, writer, folder, changes)
    }

    @Test func `the ballast takes room on the volume that a link leads to`() throws {
        let (here, there) = (try TemporaryFolder(), try TemporaryFolder())
        try FileManager.default.createSymbolicLink(
            atPath: here.file("link.db"),
            withDestinationPath: there.file()
        )
        let writer = try Writer(
            path: here.file("link.db"),
            space: SpaceWatch(path: here.file("link.db"), Volume().settings),
            onFatal: { error in Issue.record(error) }
        )
        defer { writer.stop() }
        try writer.write { transaction in
            try transaction.run("CREATE TABLE note (id INTEGER PRIMARY KEY) STRICT")
        }
        #expect(try there.size(of: "test.db-ballast") == 2_000_000)
        #expect(try here.size(of: "link.db-ballast") == nil)
    }

    private static func write(_ body: String, _ writer: Writer) -> Bool {
        do {
            try writer.write { transaction in try insertNote(body, in: transaction) }
            return true
        } catch {
            #expect((error as? SQLiteError)?.isFull == true)
            return false
        }
    }

    @Test func `changes are refused below the mark and made again with somewhat more`() throws {
        try withVolume { volume, writer, _, changes throws in
            let steps = [
                (5_000_000, true), (4_999_999, false), (6_249_999, false), (6_250_000, true),
                (5_000_000, true), (0, false), (50_000_000, true),
            ]
            for (number, (free, isMade)) in steps.enumerated() {
                volume.set(free)
                #expect(Self.write("\(number)", writer) == isMade, "\(free)")
            }
            #expect(try writer.write(countNotes) == steps.count { $0.1 })
            #expect(changes.all == [true, false, true, false])
        }
    }

    @Test func `what only reads is answered, and what may use the reserve is done`() throws {
        try withVolume { volume, writer, _, _ throws in
            #expect(Self.write("a", writer))
            volume.set(4_000_000)
            #expect(!Self.write("b", writer))
            #expect(try writer.write(countNotes) == 1)
            try writer.write(usingReserve: true) { transaction in
                try insertNote("c", in: transaction)
            }
            #expect(try writer.write(countNotes) == 2)
        }
    }

    @Test func `a request that wrote before it was refused leaves nothing`() throws {
        try withVolume { volume, writer, _, _ throws in
            volume.set(0)
            let refused = #expect(throws: SQLiteError.self) {
                try writer.write { transaction in
                    // To swallow the error does not help.
                    _ = try? insertNote("a", in: transaction)
                    try insertNote("b", in: transaction)
                }
            }
            #expect(refused?.isFull == true)
            volume.set(50_000_000)
            #expect(try writer.write(countNotes) == 0)
        }
    }

    @Test func `the log gives its room back`() throws {
        try withVolume { volume, writer, folder, _ throws in
            #expect(Self.write("a", writer))
            #expect(try folder.size(of: "test.db-wal") ?? 0 > 0)
            volume.set(4_000_000)
            #expect(!Self.write("b", writer))
            #expect(try folder.size(of: "test.db-wal") == 0)
        }
    }

    @Test func `the ballast is kept, given up when it is full, and made again`() throws {
        try withVolume { volume, writer, folder, _ throws in
            #expect(try folder.size(of: "test.db-ballast") == 2_000_000)
            let blocks = try FileManager.default.attributesOfItem(
                atPath: folder.file("test.db-ballast")
            )
            #expect(blocks[.posixPermissions] as? Int == 0o600)
            #expect(try allocated(folder.file("test.db-ballast")) >= 2_000_000)
            volume.set(2_000_000)
            #expect(!Self.write("a", writer))
            #expect(try folder.size(of: "test.db-ballast") == 2_000_000)
            volume.set(1_999_999)
            #expect(!Self.write("b", writer))
            #expect(try folder.size(of: "test.db-ballast") == nil)
            volume.set(8_249_999)
            #expect(Self.write("c", writer))
            #expect(try folder.size(of: "test.db-ballast") == nil)
            volume.set(8_250_000)
            #expect(Self.write("d", writer))
            #expect(try folder.size(of: "test.db-ballast") == 2_000_000)
        }
    }

    /// The bytes that a file takes from its volume.
    private func allocated(_ path: String) throws -> Int {
        var file = stat()
        try #require(unsafe stat(path, &file) == 0)
        return Int(file.st_blocks) * 512
    }

    @Test func `a full disk that comes by surprise is told, and gives the ballast up`() throws {
        try withVolume { volume, writer, folder, _ throws in
            try writer.write { transaction in
                _ = try transaction.first("PRAGMA max_page_count = 10") { _ in }
            }
            // Not low yet, by the figures.
            volume.set(5_500_000)
            let large = String(repeating: "much", count: 20_000)
            #expect(!Self.write(large, writer))
            #expect(Self.write("small", writer))
            #expect(try folder.size(of: "test.db-ballast") == nil)
            #expect(try folder.size(of: "test.db-wal") ?? 0 > 0)
            #expect(try writer.write(countNotes) == 1)
        }
    }

    @Test func `a volume that says nothing refuses nothing`() throws {
        let folder = try TemporaryFolder()
        let watch = SpaceWatch(
            path: folder.file(),
            SpaceWatch.Settings(keepsBallast: true) { _ in nil }
        )
        let writer = try Writer(path: folder.file(), space: watch, onFatal: { _ in })
        defer { writer.stop() }
        try writer.write { transaction in try transaction.run("CREATE TABLE a (b ANY) STRICT") }
        #expect(try folder.size(of: "test.db-ballast") == nil)
    }

    @Test func `the system tells the room on a volume`() throws {
        let folder = try TemporaryFolder()
        let space = try #require(VolumeSpace.measured(at: folder.path))
        #expect(space.total > 0)
        #expect((0...space.total).contains(space.free))
        #expect(VolumeSpace.measured(at: "/nowhere") == nil)
    }
}
