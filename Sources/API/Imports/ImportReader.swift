// SPDX-License-Identifier: Apache-2.0
import CSV
import CustomerRelations
import JSON

/// Reads a source as rows of one kind.
struct ImportReader<Main: Sendable, Extra: Sendable, Record: ImportedRecord>: ~Copyable {
    /// What rows handed out together may take, in bytes of the source.
    private static var windowBytes: Int { 16 * 1024 * 1024 }

    private let form: ImportForm<Main, Extra, Record>
    private let options: Decoding.Options
    private var text: ImportText
    private let columns: ImportColumns?
    private let shortcut: ImportForm<Main, Extra, Record>.RowReader?

    /// Opens the source and reads its header; throws `Violations` if that names columns that are
    /// unknown, doubled or missing.
    init(
        _ source: ImportSource,
        _ form: ImportForm<Main, Extra, Record>,
        startOfDay: @escaping @Sendable (String) -> Int64?
    ) throws {
        var text = try ImportText(source)
        columns = source.format == .csv ? try Self.columns(of: &text, form) : nil
        self.form = form
        options = Decoding.Options(
            isTextual: source.format == .csv,
            allowsDates: true,
            startOfDay: startOfDay
        )
        self.text = text
        shortcut = columns.flatMap { [options] in form.shortcut?($0, options) }
    }

    private static func columns(
        of text: inout ImportText,
        _ form: ImportForm<Main, Extra, Record>
    ) throws -> ImportColumns {
        guard case .record(let header) = try text.next() else {
            throw ImportSyntaxError(line: 1, detail: "the text has no header")
        }
        return try ImportColumns(
            header: header.cells,
            schema: form.schema,
            extra: form.extraNames,
            oneOf: form.oneOf
        )
    }

    var byteCount: Int { text.byteCount }

    /// Reads to the end, to see that the text is sound, and counts its rows; what `interruption`
    /// throws ends it.
    mutating func validate(_ interruption: () throws -> Void) throws -> Int {
        var count = 0
        while try text.next() != nil {
            try interruption()
            count += 1
        }
        return count
    }

    /// The next rows, at most `limit`; nil at the end.
    mutating func next(_ limit: Int) throws -> [ImportRow<Record>]? {
        var rows: [ImportRow<Record>] = []
        rows.reserveCapacity(limit)
        let start = text.byteCount
        while rows.count < limit, text.byteCount - start < Self.windowBytes,
            let piece = try text.next()
        {
            switch piece {
            case .record(let record): rows.append(row(record))
            case .line(let line): rows.append(row(line))
            }
        }
        return rows.isEmpty ? nil : rows
    }

    private func row(_ record: CSVRecord) -> ImportRow<Record> {
        if let row = shortcut?(record) { return row }
        guard let columns, record.count == columns.count else {
            let detail = "has \(record.count) cells, the header has \(columns?.count ?? 0)"
            return refused(record.line, detail)
        }
        let row = form.row(
            line: record.line,
            ImportColumns.members(columns.main, record),
            extra: ImportColumns.members(columns.extra, record),
            options
        )
        guard case .refused(let refusals) = row.content else { return row }
        let placed = refusals.map {
            ServiceError.Refusal(columns.placed($0.pointer, record), $0.detail)
        }
        return ImportRow(line: row.line, .refused(placed))
    }

    private func row(_ line: NDJSONLines.Line) -> ImportRow<Record> {
        do {
            let json = try JSONReader.read(line.bytes)
            guard let all = json.members else { return refused(line.number, "must be an object") }
            return form.row(
                line: line.number,
                all.filter { !form.extraNames.contains($0.name) },
                extra: all.filter { form.extraNames.contains($0.name) },
                options
            )
        } catch {
            return refused(line.number, "is not JSON at byte \(error.offset): \(error.detail)")
        }
    }

    private func refused(_ line: Int, _ detail: String) -> ImportRow<Record> {
        ImportRow(line: line, .refused([ServiceError.Refusal("", detail)]))
    }
}
