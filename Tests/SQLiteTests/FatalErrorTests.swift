// SPDX-License-Identifier: Apache-2.0
import Foundation
import SQLite
import TestSupport
import Testing

@Suite struct FatalErrorTests {
    @Test func `a commit that meets an I/O error is answered with it and is the last`() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let fatal = Collected<SQLiteError>()
            let writer = try Writer(path: folder.file(), onFatal: fatal.add)
            try writer.write { transaction in
                try transaction.run("CREATE TABLE page (body BLOB NOT NULL) STRICT")
            }
            // Writes past this size fail with EFBIG in this process, which is a child of its own.
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 200_000, rlim_max: 200_000)
            try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            let error = #expect(throws: SQLiteError.self) {
                try writer.write { transaction in
                    try transaction.run("INSERT INTO page (body) VALUES (zeroblob(400000))")
                }
            }
            #expect(error?.isInputOutput == true)
            #expect(fatal.all == [error])
            let next = #expect(throws: SQLiteError.self) {
                try writer.write { transaction in
                    try transaction.run("INSERT INTO page (body) VALUES (zeroblob(1))")
                }
            }
            #expect(next == error)
            writer.stop()
            #expect(fatal.all.count == 1)
        }
    }
}
