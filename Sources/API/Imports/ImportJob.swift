// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import JSON
package import SQLite

/// What is to be imported, and how.
package struct ImportOrder: Sendable {
    package let kind: Import.Kind
    package let source: ImportSource
    package let mode: Import.Mode
    /// Whether all is to be undone at the end.
    package let isDryRun: Bool
    package let actor: String
    package let requestID: String

    package init(
        _ kind: Import.Kind,
        from source: ImportSource,
        mode: Import.Mode = .partial,
        isDryRun: Bool = false,
        actor: String,
        requestID: String
    ) {
        self.kind = kind
        self.source = source
        self.mode = mode
        self.isDryRun = isDryRun
        self.actor = actor
        self.requestID = requestID
    }
}

/// How far an import has come.
package struct ImportProgress: Sendable {
    package let bytes: Int
    package let totalBytes: Int
    package let rows: Int
}

/// What an import did; of a dry run, what it would do.
package struct ImportResult: Sendable {
    /// How many refused rows are named here; all are in the file that an import keeps of them.
    package static let rejectionLimit = 100

    /// Nil of a dry run.
    package internal(set) var id: ID<Import>?
    package internal(set) var counts = ImportCounts()
    package internal(set) var rejections: [ImportRejection] = []

    mutating func add(_ report: ImportReport) {
        counts += report.counts
        guard !report.rejections.isEmpty else { return }
        rejections = Array(
            (rejections + report.rejections).sorted { $0.line < $1.line }
                .prefix(Self.rejectionLimit)
        )
    }
}

/// An atomic import had bad rows; nothing has changed.
package struct ImportRefused: Error, Sendable {
    package let result: ImportResult
}

/// Carries out imports, on a thread that may wait.
///
/// The text is read twice: once to see that it is sound before anything is written, and once to
/// import it, ahead of the writer. A partial import is written chunk by chunk, so that other
/// changes come in between. An atomic import and a dry run are one transaction, and keep other
/// changes waiting for as long as they take; so is any import where there are no others.
package struct ImportJob: Sendable {
    /// How many chunks the writer may have before it: one that it works on, one that waits.
    private static let ahead = 2

    private let imports: ImportService
    private let writer: Writer
    private let database: String
    private let isAlone: Bool
    /// How many rows are read and put in order before they are cut into chunks.
    private let windowSize: Int
    private let chunkSize: Int
    private let politeChunkSize: Int
    private let now: @Sendable () -> Instant
    private let interruption: @Sendable () throws -> Void
    private let startOfDay: @Sendable (String) -> Int64?

    /// Creates a job for the writer of the database at this path.
    ///
    /// `isAlone` says that there can be no other changes. Chunks count rows, and are polite while
    /// other changes wait. Measured: an import takes a third longer in chunks of 2,000 rows than in
    /// such of 16,000, which keep the writer some 100 ms. `interruption` is called now and then: what
    /// it throws ends an import, and undoes the transaction that is open.
    package init(
        imports: ImportService,
        writer: Writer,
        database: String,
        zone: CivilTimeZone,
        isAlone: Bool = false,
        windowSize: Int = 100_000,
        chunkSize: Int = 16_000,
        politeChunkSize: Int = 2_000,
        now: @escaping @Sendable () -> Instant,
        interruption: @escaping @Sendable () throws -> Void = {}
    ) {
        self.imports = imports
        self.writer = writer
        self.database = database
        self.isAlone = isAlone
        self.windowSize = windowSize
        self.chunkSize = chunkSize
        self.politeChunkSize = min(politeChunkSize, chunkSize)
        self.now = now
        self.interruption = interruption
        startOfDay = { CalendarDay($0).map { zone.startOfDay($0).rawValue } }
    }

    /// Sees the result in the transaction that makes the import done; perhaps more than once.
    package typealias Finish = @Sendable (ImportResult, Transaction) throws -> Void

    /// Who looks on.
    private struct Watcher: Sendable {
        let progress: @Sendable (ImportProgress) -> Void
        let finished: Finish
    }

    /// Imports; throws `ImportSyntaxError` for a text that cannot be read, `Violations` for its
    /// header, `ImportRefused` for the rows of an atomic import.
    ///
    /// `finished` is not called for a dry run, which leaves nothing.
    package func run(
        _ order: ImportOrder,
        progress: @escaping @Sendable (ImportProgress) -> Void = { _ in },
        finished: @escaping Finish = { _, _ in }
    ) throws -> ImportResult {
        let watcher = Watcher(progress: progress, finished: finished)
        return switch order.kind {
        case .customers: try run(order, .customers, watcher)
        case .contacts: try run(order, .contacts, watcher)
        case .products: try run(order, .products, watcher)
        case .orders: try run(order, .orders, watcher)
        case .interactions: try run(order, .interactions, watcher)
        case .complaints: try run(order, .complaints, watcher)
        case .payments: try run(order, .payments, watcher)
        case .refunds: try run(order, .refunds, watcher)
        case .expenses: try run(order, .expenses, watcher)
        case .plans: try run(order, .plans, watcher)
        case .categorySpend: try run(order, .categorySpend, watcher)
        }
    }

    private func run<Main, Extra, Record>(
        _ order: ImportOrder,
        _ form: ImportForm<Main, Extra, Record>,
        _ watcher: Watcher
    ) throws -> ImportResult {
        var check = try ImportReader(order.source, form, startOfDay: startOfDay)
        let rowCount = try check.validate(interruption)
        if isAlone || order.isDryRun || order.mode == .atomic {
            return try runAtOnce(order, form, watcher, rowCount: rowCount)
        }
        return try runInChunks(order, form, watcher)
    }

    private func occasion(of order: ImportOrder) -> Occasion {
        Occasion(at: now(), actor: order.actor, requestID: order.requestID)
    }
}

// MARK: - One transaction

extension ImportJob {
    /// Undoes the transaction that made this result.
    private struct Undone: Error {
        let result: ImportResult
    }

    private func runAtOnce<Main, Extra, Record>(
        _ order: ImportOrder,
        _ form: ImportForm<Main, Extra, Record>,
        _ watcher: Watcher,
        rowCount: Int
    ) throws -> ImportResult {
        do {
            return try writer.write { transaction in
                let result = try run(
                    order,
                    form,
                    watcher.progress,
                    rowCount: rowCount,
                    in: transaction
                )
                let isRefused = order.mode == .atomic && result.counts.rejected > 0
                guard !order.isDryRun, !isRefused else { throw Undone(result: result) }
                try watcher.finished(result, transaction)
                return result
            }
        } catch let undone as Undone {
            var result = undone.result
            result.id = nil
            guard order.mode == .partial || result.counts.rejected == 0 else {
                throw ImportRefused(result: result)
            }
            return result
        }
    }

    private func run<Main, Extra, Record>(
        _ order: ImportOrder,
        _ form: ImportForm<Main, Extra, Record>,
        _ progress: @escaping @Sendable (ImportProgress) -> Void,
        rowCount: Int,
        in transaction: Transaction
    ) throws -> ImportResult {
        let occasion = occasion(of: order)
        let windows = try windows(of: order.source, form)
        var meter = ImportMeter(order.source, progress)
        var result = ImportResult()
        let id = try imports.start(order.kind, order.mode, by: occasion, in: transaction).id
        try imports.expecting(rowCount, of: order.kind, in: transaction) {
            while let window = try windows.next() {
                var rest = window.rows[...]
                while !rest.isEmpty {
                    try interruption()
                    let chunk = rest.prefix(chunkSize)
                    rest = rest.dropFirst(chunk.count)
                    result.add(try imports.apply(chunk, of: id, by: occasion, in: transaction))
                }
                meter.pass(window.rows.count, at: window.byteCount)
            }
        }
        result.id = try imports.finish(id, by: occasion, in: transaction).id
        return result
    }
}

/// Rows that were read together and put in order.
private struct ImportWindow<Record: ImportedRecord>: Sendable {
    let rows: [ImportRow<Record>]
    /// How many bytes of the source have been taken so far.
    let byteCount: Int
}

extension ImportJob {
    private func windows<Main, Extra, Record>(
        of source: ImportSource,
        _ form: ImportForm<Main, Extra, Record>
    ) throws -> ReadAhead<ImportWindow<Record>> {
        try ReadAhead(path: database) { [startOfDay, windowSize] in
            var reader = try ImportReader(source, form, startOfDay: startOfDay)
            var memory = ImportMemory()
            return { connection in
                guard var rows = try reader.next(windowSize) else { return nil }
                try connection.read { snapshot in try memory.prepare(&rows, in: snapshot) }
                return ImportWindow(rows: rows, byteCount: reader.byteCount)
            }
        }
    }
}

// MARK: - Chunks

extension ImportJob {
    private func runInChunks<Main, Extra, Record>(
        _ order: ImportOrder,
        _ form: ImportForm<Main, Extra, Record>,
        _ watcher: Watcher
    ) throws -> ImportResult {
        let reading = try Connection(path: database, mode: .readOnly)
        let start = occasion(of: order)
        let id = try writer.write { [imports] transaction in
            try imports.start(order.kind, order.mode, by: start, in: transaction).id
        }
        do {
            return try runChunks(of: id, order, form, watcher, reading: reading)
        } catch {
            let end = occasion(of: order)
            // What keeps the import from going on may keep this from being noted, too; then the next
            // start notes it.
            _ = try? writer.write { [imports] transaction in
                try imports.interrupt(id, by: end, in: transaction)
            }
            throw error
        }
    }

    private func runChunks<Main, Extra, Record>(
        of id: ID<Import>,
        _ order: ImportOrder,
        _ form: ImportForm<Main, Extra, Record>,
        _ watcher: Watcher,
        reading: Connection
    ) throws -> ImportResult {
        var result = ImportResult()
        result.id = id
        var pending: [Pending<ImportReport>] = []
        // What has been queued is not left to itself, whatever is thrown.
        defer { for write in pending { _ = try? write.wait() } }
        var reader = try ImportReader(order.source, form, startOfDay: startOfDay)
        var memory = ImportMemory()
        var meter = ImportMeter(order.source, watcher.progress)
        var window = try reader.next(windowSize) ?? []
        while !window.isEmpty {
            try reading.read { snapshot in try memory.prepare(&window, in: snapshot) }
            var rest = window[...]
            window = []
            while !rest.isEmpty {
                try interruption()
                if pending.count == Self.ahead { result.add(try pending.removeFirst().wait()) }
                // The writer works on one of them: if there is only it, nothing waits.
                let isAlone = writer.queueLength < max(pending.count, 1)
                let chunk = rest.prefix(isAlone ? chunkSize : politeChunkSize)
                rest = rest.dropFirst(chunk.count)
                let occasion = occasion(of: order)
                pending.append(
                    try writer.start { [imports] transaction in
                        try imports.apply(chunk, of: id, by: occasion, in: transaction)
                    }
                )
                // While the writer works, as much is read as it was given.
                window += try reader.next(chunk.count) ?? []
                meter.pass(chunk.count, at: reader.byteCount)
            }
        }
        while !pending.isEmpty { result.add(try pending.removeFirst().wait()) }
        let end = occasion(of: order)
        try writer.write { [imports, result] transaction in
            _ = try imports.finish(id, by: end, in: transaction)
            try watcher.finished(result, transaction)
        }
        return result
    }
}

/// Counts what an import has read.
private struct ImportMeter {
    private let totalBytes: Int
    private let report: @Sendable (ImportProgress) -> Void
    private var rows = 0

    init(_ source: ImportSource, _ report: @escaping @Sendable (ImportProgress) -> Void) {
        totalBytes = source.body.count
        self.report = report
    }

    mutating func pass(_ rows: Int, at bytes: Int) {
        self.rows += rows
        report(ImportProgress(bytes: bytes, totalBytes: totalBytes, rows: self.rows))
    }
}
