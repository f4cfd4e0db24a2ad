// SPDX-License-Identifier: Apache-2.0
import Foundation
import SQLite
import Testing

@Suite struct DatabaseLockTests {
    @Test func `keeps others out until it is released`() throws {
        let folder = try TemporaryFolder()
        let lock = try DatabaseLock(path: folder.file())
        // A second open file description: what another process would have (flock(2)).
        #expect(throws: DatabaseLockError.held(by: getpid())) {
            _ = try DatabaseLock(path: folder.file())
        }
        lock.release()
        let next = try DatabaseLock(path: folder.file())
        next.release()
    }

    @Test func `ends with its scope`() throws {
        let folder = try TemporaryFolder()
        do {
            let lock = try DatabaseLock(path: folder.file())
            #expect(throws: DatabaseLockError.self) { _ = try DatabaseLock(path: folder.file()) }
            _ = lock
        }
        let next = try DatabaseLock(path: folder.file())
        next.release()
    }

    @Test func `is held against another process`() throws {
        let folder = try TemporaryFolder()
        let lock = try DatabaseLock(path: folder.file())
        #expect(try flock(folder.file("test.db-lock")) == 1)
        lock.release()
        #expect(try flock(folder.file("test.db-lock")) == 0)
    }

    /// What flock(1) answers when it tries the lock in a process of its own.
    private func flock(_ path: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/flock")
        process.arguments = ["--exclusive", "--nonblock", path, "true"]
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test func `leaves no obstacle in a file that was left behind`() throws {
        let folder = try TemporaryFolder()
        try Data("999999 and more\n".utf8).write(to: URL(filePath: folder.file("test.db-lock")))
        let lock = try DatabaseLock(path: folder.file())
        let text = try String(contentsOfFile: folder.file("test.db-lock"), encoding: .utf8)
        #expect(text == "\(getpid())\n")
        lock.release()
    }

    @Test func `is one for all links to a database`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link.db"),
            withDestinationPath: "test.db"
        )
        let lock = try DatabaseLock(path: folder.file("link.db"))
        #expect(throws: DatabaseLockError.held(by: getpid())) {
            _ = try DatabaseLock(path: folder.file())
        }
        lock.release()
    }

    @Test func `names no process that has ended`() throws {
        let folder = try TemporaryFolder()
        let lock = try DatabaseLock(path: folder.file())
        let process = Process()
        process.executableURL = URL(filePath: "/bin/true")
        try process.run()
        process.waitUntilExit()
        let file = try #require(FileHandle(forWritingAtPath: folder.file("test.db-lock")))
        try file.write(contentsOf: Data("\(process.processIdentifier)\n".utf8))
        // Not every file system lets the kernel's list of locks be understood.
        let error = #expect(throws: DatabaseLockError.self) {
            _ = try DatabaseLock(path: folder.file())
        }
        #expect(error == .held(by: getpid()) || error == .held(by: nil))
        lock.release()
    }

    @Test func `says when the file cannot be opened`() {
        #expect(throws: DatabaseLockError.cannotOpen(path: "/nowhere/a-lock", errno: ENOENT)) {
            _ = try DatabaseLock(path: "/nowhere/a")
        }
    }
}
