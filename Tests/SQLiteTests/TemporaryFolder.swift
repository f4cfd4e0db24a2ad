// SPDX-License-Identifier: Apache-2.0
import Foundation
import SQLite

/// A folder for one test, removed with it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "guanxi-\(UUID())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A path in the folder: that of a database unless another name is given.
    func file(_ name: String = "test.db") -> String { path + "/" + name }

    /// The size of a file; nil if there is none.
    func size(of name: String) throws -> Int? {
        let path = file(name)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    }
}

/// Hands a test a writer on a fresh database, and stops it.
func withWriter<Value>(
    _ configuration: Writer.Configuration = .init(),
    onCommit: @escaping @Sendable (CommitReport) -> Void = { _ in },
    _ body: (Writer, TemporaryFolder) throws -> Value
) throws -> Value {
    let folder = try TemporaryFolder()
    let writer = try Writer(
        path: folder.file(),
        configuration: configuration,
        onCommit: onCommit,
        onFatal: { _ in }
    )
    defer { writer.stop() }
    try writer.write { transaction in
        try transaction.run(
            "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE) STRICT"
        )
    }
    return try body(writer, folder)
}

/// Inserts a note and returns its number.
@discardableResult
func insertNote(_ body: String, in transaction: Transaction) throws(SQLiteError) -> Int {
    let id = try transaction.first(
        "INSERT INTO note (body) VALUES ($1) RETURNING id",
        body
    ) { row in try row[0] as Int }
    return id ?? 0
}

func countNotes(_ snapshot: Snapshot) throws(SQLiteError) -> Int {
    try snapshot.first("SELECT count(*) FROM note") { row in try row[0] as Int } ?? 0
}
