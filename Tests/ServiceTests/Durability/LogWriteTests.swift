// SPDX-License-Identifier: Apache-2.0
import CSQLite
import SQLite
import TestSupport
import Testing

/// Frames of the log are gathered before they are written.
@Suite struct LogWriteTests {
    private func withWriter(
        _ configuration: Writer.Configuration = .init(),
        _ body: (Writer, FaultyFolder) throws -> Void
    ) throws {
        let folder = try FaultyFolder()
        let writer = try Writer(
            path: folder.database,
            configuration: configuration,
            onFatal: { _ in }
        )
        defer { writer.stop() }
        try writer.write { transaction in
            try transaction.run(
                "CREATE TABLE page (id INTEGER PRIMARY KEY, body TEXT, mark INTEGER UNIQUE) STRICT"
            )
        }
        try body(writer, folder)
    }

    @Test func `a commit of many pages is written by few calls`() throws {
        try withWriter { writer, folder in
            let before = folder.log.count
            try writer.write { transaction in
                try transaction.run("INSERT INTO page (body) VALUES (hex(zeroblob(200000)))")
            }
            let writes = folder.log[before...].filter { $0.call == .write && $0.isWAL }
            #expect(writes.reduce(0) { $0 + $1.length } > 400_000)
            #expect(writes.count < 10)
        }
    }

    // Somewhat more than a mebibyte: a page is read back soon after it has left the cache.
    @Test(arguments: [46, 49, 52])
    func `pages that do not fit into memory are read back from the log`(_ count: Int) throws {
        var configuration = Writer.Configuration()
        configuration.cacheSize = 1
        try withWriter(configuration) { writer, folder in
            try writer.write { transaction in
                for _ in 0..<10 {
                    for number in 1...count {
                        try transaction.run(
                            """
                            INSERT INTO page (id, body) VALUES ($1, hex(zeroblob(10000)))
                            ON CONFLICT (id) DO UPDATE SET body = body || 'a'
                            """,
                            number
                        )
                    }
                }
            }
            let reader = try Connection(path: folder.database, mode: .readOnly)
            let (rows, findings) = try reader.read { snapshot in
                let rows = try snapshot.first(
                    "SELECT count(*) FROM page WHERE body = hex(zeroblob(10000)) || 'aaaaaaaaa'"
                ) { row in try row[0] as Int }
                return (rows, try IntegrityCheck.run(snapshot))
            }
            #expect(rows == count)
            #expect(findings == [])
        }
    }

    @Test func `nothing of a transaction that was rolled back is written over others' changes`()
        throws
    {
        var configuration = Writer.Configuration()
        configuration.cacheSize = 1
        // What is read comes from the database file, so that nothing has the log written.
        configuration.checkpointPages = 0
        try withWriter(configuration) { writer, folder in
            try writer.write { transaction in
                for _ in 1...60 {
                    try transaction.run("INSERT INTO page (body) VALUES (hex(zeroblob(10000)))")
                }
            }
            #expect(throws: TestFailure.self) {
                try writer.write { transaction in
                    try transaction.run("UPDATE page SET body = replace(body, '0', '1')")
                    throw TestFailure("late")
                }
            }
            let other = try Connection(path: folder.database, mode: .readWrite)
            defer { other.close() }
            try other.write { transaction in
                try transaction.run(
                    "INSERT INTO page (body) VALUES (replace(hex(zeroblob(500000)), '0', '3'))"
                )
            }
            try writer.write { transaction in
                try transaction.run("INSERT INTO page (body) VALUES ('2')")
            }
            let reader = try Connection(path: folder.database, mode: .readOnly)
            let (kinds, findings) = try reader.read { snapshot in
                let kinds = try snapshot.all(
                    "SELECT body, count(*) FROM page GROUP BY 1 ORDER BY length(body)"
                ) { row in
                    "\(try row[1] as Int) of \(Set(try row[0] as String).sorted())"
                }
                return (kinds, try IntegrityCheck.run(snapshot))
            }
            #expect(kinds == [#"1 of ["2"]"#, #"60 of ["0"]"#, #"1 of ["3"]"#])
            #expect(findings == [])
        }
    }

    @Test func `a request that meets a log that cannot be written takes no other with it`() throws {
        var configuration = Writer.Configuration(batchTime: .seconds(60))
        configuration.cacheSize = 1
        var number = 0
        var isMet = true
        while isMet {
            number += 1
            try withWriter(configuration) { writer, folder in
                folder.fail(.write, number: number, with: SQLITE_FULL)
                let answers = Answers<Int>()
                let gate = try writer.hold()
                for request in 1...3 {
                    try writer.submit { transaction in
                        switch request {
                        case 1:
                            for mark in 1...60 {
                                try transaction.run(
                                    "INSERT INTO page (body, mark) VALUES (hex(zeroblob(10000)), $1)",
                                    mark
                                )
                            }
                        case 2:
                            try transaction.run(
                                "UPDATE page SET body = body || '2', mark = mark + 100"
                            )
                        default:
                            // Then the others are run again, each in a savepoint.
                            try transaction.run("DELETE FROM page WHERE id = 1")
                            throw TestFailure("late")
                        }
                        return request
                    } then: { result in
                        answers.add(request, result)
                    }
                }
                gate.open()
                try answers.wait(for: 3)
                let done = try answers.all().values.compactMap { try? $0.get() }
                let reader = try Connection(path: folder.database, mode: .readOnly)
                let (rows, findings) = try reader.read { snapshot in
                    let rows = try snapshot.first(
                        "SELECT count(*), count(*) FILTER (WHERE body LIKE '%2') FROM page"
                    ) { row in [try row[0] as Int, try row[1]] }
                    return (rows, try IntegrityCheck.run(snapshot))
                }
                let count = done.contains(1) ? 60 : 0
                #expect(rows == [count, done.contains(2) ? count : 0], "write \(number)")
                #expect(findings == [], "write \(number)")
                isMet = folder.failures > 0
            }
        }
        #expect(number > 10)
    }

    // SQLite 3.40 commits the others with frames that nobody can read again.
    @Test func `what is committed beside a request that was undone outlives the process`() throws {
        var configuration = Writer.Configuration(batchTime: .seconds(60))
        configuration.cacheSize = 1
        try withWriter(configuration) { writer, folder in
            try writer.write { transaction in
                for _ in 1...60 {
                    try transaction.run("INSERT INTO page (body) VALUES (hex(zeroblob(10000)))")
                }
            }
            // It has what follows run in savepoints.
            #expect(throws: TestFailure.self) {
                try writer.write { transaction in
                    try transaction.run("DELETE FROM page WHERE id = 1")
                    throw TestFailure("late")
                }
            }
            let answers = Answers<Int>()
            let gate = try writer.hold()
            for request in 1...3 {
                try writer.submit { transaction in
                    try transaction.run("INSERT INTO page (mark) VALUES ($1)", request)
                    guard request == 2 else { return request }
                    // Pages that are written once come before those that are written again.
                    try transaction.run("INSERT INTO page (body) SELECT body FROM page")
                    for _ in 1...3 {
                        try transaction.run("UPDATE page SET body = body || 'a' WHERE id <= 60")
                    }
                    throw TestFailure("late")
                } then: { result in
                    answers.add(request, result)
                }
            }
            gate.open()
            try answers.wait(for: 3)
            #expect(try answers.all().values.compactMap { try? $0.get() }.sorted() == [1, 3])
            try writer.write { transaction in
                try transaction.run("INSERT INTO page (mark) VALUES (4)")
            }
            let left = try TemporaryFolder()
            try copyAsKilled(folder.database, to: left.database)
            let connection = try Connection(path: left.database, mode: .readWrite)
            defer { connection.close() }
            let (marks, findings) = try connection.read { snapshot in
                let marks = try snapshot.all(
                    "SELECT mark FROM page WHERE mark IS NOT NULL ORDER BY 1"
                ) { row in try row[0] as Int }
                return (marks, try IntegrityCheck.run(snapshot))
            }
            #expect(marks == [1, 3, 4])
            #expect(findings == [])
        }
    }
}
