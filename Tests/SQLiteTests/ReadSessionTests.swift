// SPDX-License-Identifier: Apache-2.0
import SQLite
import Testing

@Suite struct ReadSessionTests {
    @Test func `shows every commit that was answered before the read`() throws {
        try withSession { session, writer in
            for number in 1...3 {
                try writer.write { transaction in try insertNote("\(number)", in: transaction) }
                #expect(try session.read(countNotes) == number)
                #expect(try session.read(countNotes) == number)
            }
        }
    }

    @Test func `keeps its view until it is told of a commit, or ends`() throws {
        try withWriter { writer, folder in
            // Not told of what another connection commits.
            let session = try ReadSession(path: folder.file(), commits: CommitCount())
            try writer.write { transaction in try insertNote("x", in: transaction) }
            #expect(try session.read(countNotes) == 1)
            try writer.write { transaction in try insertNote("y", in: transaction) }
            #expect(try [session.read(countNotes), session.read(countNotes)] == [1, 1])
            session.endView()
            #expect(try session.read(countNotes) == 2)
        }
    }

    @Test func `remembers until something is committed`() throws {
        try withSession { session, writer in
            let runs = Runs()
            let name = Remembered<Int?>()
            func count() throws -> Int? {
                try session.read { snapshot in
                    try snapshot.remembering(name) {
                        runs.count += 1
                        return try countNotes(snapshot)
                    }
                }
            }
            try writer.write { transaction in try insertNote("x", in: transaction) }
            #expect(try [count(), count()] == [1, 1])
            // The view has ended, the database is the same.
            session.endView()
            #expect(try count() == 1)
            #expect(runs.count == 1)
            try writer.write { transaction in try insertNote("y", in: transaction) }
            #expect(try count() == 2)
            #expect(runs.count == 2)
        }
    }

    @Test func `remembers that there is nothing`() throws {
        try withSession { session, _ in
            let runs = Runs()
            let name = Remembered<Int?>()
            for _ in 1...2 {
                let found = try session.read { snapshot in
                    snapshot.remembering(name) { () -> Int? in
                        runs.count += 1
                        return nil
                    }
                }
                #expect(found == nil)
            }
            #expect(runs.count == 1)
        }
    }

    @Test func `is ready again after a body threw`() throws {
        struct Refusal: Error {}
        try withSession { session, writer in
            try writer.write { transaction in try insertNote("x", in: transaction) }
            #expect(throws: Refusal.self) { try session.read { _ in throw Refusal() } }
            #expect(try session.read(countNotes) == 1)
        }
    }

    @Test func `a snapshot that leaked out of an ended view throws`() throws {
        try withSession { session, writer in
            try writer.write { transaction in try insertNote("x", in: transaction) }
            let leaked = try session.read { $0 }
            session.endView()
            #expect(throws: SQLiteError.self) { try countNotes(leaked) }
        }
    }

    /// How often a body ran.
    private final class Runs {
        var count = 0
    }

    private func withSession(_ body: (ReadSession, Writer) throws -> Void) throws {
        try withWriter { writer, folder in
            try body(try ReadSession(path: folder.file(), commits: writer.commits), writer)
        }
    }
}
