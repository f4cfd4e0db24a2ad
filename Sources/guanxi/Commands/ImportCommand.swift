// SPDX-License-Identifier: Apache-2.0
import API
import ArgumentParser
import CSV
import CustomerRelations
import Foundation
import JSON
import SQLite

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Imports customers, orders, payments, complaints and more from CSV or NDJSON.",
        discussion: """
            The header of a CSV file names the members of the records, dotted where they are \
            nested: externalId, phones.0.number. Importing the same file again changes nothing. \
            Ends with 65 if rows were refused.
            """
    )

    @OptionGroup var database: DatabaseOptions
    @Argument(
        help: """
            customers, contacts, products, orders, interactions, complaints, payments, refunds, \
            expenses, plans or category-spend.
            """
    )
    var kind: Import.Kind
    @Argument(help: "The file; - reads standard input.")
    var file: String
    @Option(help: "csv or ndjson; by the file's name, if not given.")
    var format: ExchangeFormat?
    @Option(help: "utf-8 or gb18030; found out, if not given.")
    var encoding: String?
    @Option(help: "partial keeps the good rows; atomic keeps none unless all are good.")
    var mode: Import.Mode = .partial
    @Flag(help: "Says what would happen, and leaves nothing.")
    var dryRun = false

    func run() throws {
        let input = try InputFile(file)
        defer { withExtendedLifetime(input) {} }
        let door = try Door(database, command: "import", writer: .bulk)
        defer { door.close() }
        let bar = ProgressBar("import")
        let result = try door.importing(
            ImportRequest(
                kind: kind,
                source: try source(input.path),
                encoding: encoding,
                mode: mode,
                isDryRun: dryRun
            )
        ) { fraction in
            bar.show(fraction)
        }
        bar.end()
        try report(result)
    }

    private func source(_ path: String) throws -> ImportSource {
        let charset = try encoding.map { name in
            guard let encoding = TextEncoding(charset: name) else {
                throw ValidationError("--encoding takes utf-8 or gb18030")
            }
            return encoding
        }
        let source = try ImportSource(path: path, encoding: charset)
        return ImportSource(source.body, format ?? source.format, encoding: charset)
    }

    /// The counts on standard output, the refused rows on standard error.
    private func report(_ result: JSON) throws {
        for row in result["rejectedRows"]?.elements ?? [] {
            for error in row["errors"]?.elements ?? [] {
                let field = error["field"]?.string ?? ""
                let detail = error["detail"]?.string ?? ""
                Console.say("line \(row["line"]?.integer ?? 0): \(field) \(detail)")
            }
        }
        let names = ["created", "updated", "unchanged", "prospects", "rejected"]
        try Console.print(
            names.map { "\($0) \(result[$0]?.integer ?? 0)" }.joined(separator: ", ")
        )
        if let rejected = result["rejected"]?.integer, rejected > 0 {
            throw Failure(Failure.badData, "\(rejected) rows were refused")
        }
    }
}

extension Import.Kind: ExpressibleByArgument {}
extension Import.Mode: ExpressibleByArgument {}
extension ExchangeFormat: ExpressibleByArgument {}

/// The file that a command reads; standard input is copied to one, for imports read twice, which
/// goes with this.
private struct InputFile {
    let path: String
    private let copy: NewFile?

    init(_ name: String) throws {
        guard name == "-" else {
            guard !DurableFile.isFolder(name) else {
                throw Failure(Failure.badData, "\(name) is a folder")
            }
            guard FileManager.default.isReadableFile(atPath: name) else {
                throw Failure(Failure.badData, "cannot read \(name)")
            }
            path = name
            copy = nil
            return
        }
        path = NSTemporaryDirectory() + "guanxi-" + UUID().uuidString
        let copy = try NewFile(path)
        while let piece = try FileHandle.standardInput.read(upToCount: 1 << 16), !piece.isEmpty {
            try copy.write(Array(piece))
        }
        self.copy = copy
    }
}
