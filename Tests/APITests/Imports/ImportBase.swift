// SPDX-License-Identifier: Apache-2.0
import API
import CSV
import CustomerRelations
import Foundation
import HTTP
import Migrations
import SQLite
import TestSupport

/// A database that files are imported into and exported from.
///
/// The clock stands still at ten o'clock on 2026-11-23 in Shanghai.
struct ImportBase {
    static let now = TestClock.start

    let path: String
    let writer: Writer
    let reader: Connection
    let services = Services(zone: .shanghai)

    func job(
        chunkSize: Int = 8_000,
        windowSize: Int = 100_000,
        isAlone: Bool = false,
        interruption: @escaping @Sendable () throws -> Void = {}
    ) -> ImportJob {
        ImportJob(
            imports: ImportService(services: services),
            writer: writer,
            database: path,
            zone: .shanghai,
            isAlone: isAlone,
            windowSize: windowSize,
            chunkSize: chunkSize,
            now: { Self.now },
            interruption: interruption
        )
    }

    /// Imports a text.
    @discardableResult
    func take(
        _ kind: Import.Kind,
        _ text: String,
        _ format: ExchangeFormat = .csv,
        mode: Import.Mode = .partial,
        dryRun: Bool = false,
        chunkSize: Int = 8_000,
        windowSize: Int = 100_000,
        isAlone: Bool = false
    ) throws -> ImportResult {
        try take(
            kind,
            ImportSource(.bytes(Array(text.utf8)), format),
            mode: mode,
            dryRun: dryRun,
            chunkSize: chunkSize,
            windowSize: windowSize,
            isAlone: isAlone
        )
    }

    @discardableResult
    func take(
        _ kind: Import.Kind,
        _ source: ImportSource,
        mode: Import.Mode = .partial,
        dryRun: Bool = false,
        chunkSize: Int = 8_000,
        windowSize: Int = 100_000,
        isAlone: Bool = false
    ) throws -> ImportResult {
        try job(chunkSize: chunkSize, windowSize: windowSize, isAlone: isAlone).run(
            ImportOrder(
                kind,
                from: source,
                mode: mode,
                isDryRun: dryRun,
                actor: "tests",
                requestID: "r-1"
            )
        )
    }

    func export(_ kind: ExportKind, _ format: ExchangeFormat = .csv) throws -> String {
        let bytes = Collected()
        try Exporter(services: services).write(
            kind,
            as: format,
            from: reader,
            at: Self.now,
            to: { bytes.all += $0 }
        )
        return String(decoding: bytes.all, as: UTF8.self)
    }

    private final class Collected {
        var all: [UInt8] = []
    }

    func number(_ sql: String) throws -> Int? {
        try reader.read { snapshot in try snapshot.first(sql) { row in try row[0] } }
    }

    func text(_ sql: String) throws -> String? {
        try reader.read { snapshot in try snapshot.first(sql) { row in try row[0] } }
    }

    func run(_ sql: String) throws {
        try writer.write { transaction in _ = try transaction.run(sql) }
    }
}

/// Hands a test a fresh database, and removes it.
func withImportBase(_ body: (ImportBase) throws -> Void) throws {
    try fromImportBase(body)
}

/// The same for what is found out with a database.
func fromImportBase<Value>(_ body: (ImportBase) throws -> Value) throws -> Value {
    let folder = try TemporaryFolder()
    let connection = try Connection(path: folder.database, mode: .readWriteCreate)
    _ = try Migrator(Migrations.all).migrate(connection, at: 0)
    connection.close()
    let writer = try Writer(path: folder.database, onFatal: { _ in })
    defer { writer.stop() }
    let reader = try Connection(path: folder.database, mode: .readOnly)
    defer { reader.close() }
    return try body(ImportBase(path: folder.database, writer: writer, reader: reader))
}

extension ImportResult {
    /// The counts, as `created updated unchanged prospects rejected`.
    var figures: [Int] {
        [counts.created, counts.updated, counts.unchanged, counts.prospects, counts.rejected]
    }

    /// Each fault as `line pointer`.
    var faults: [String] {
        rejections.flatMap { row in row.refusals.map { "\(row.line) \($0.pointer)" } }
    }
}
