// SPDX-License-Identifier: Apache-2.0
import API
import ArgumentParser
import Migrations
import SQLite

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes customers, contacts, orders, complaints and more as CSV or NDJSON.",
        discussion: "What is written can be imported into another database; tiers are derived."
    )

    @OptionGroup var database: DatabaseOptions
    @Argument(help: "customers, contacts, orders, interactions, complaints or tiers.")
    var kind: ExportKind
    @Option(help: "csv or ndjson.")
    var format: ExchangeFormat = .csv
    @Option(help: "The file to write, which must not exist; standard output, if not given.")
    var output: String?

    func run() throws {
        let path = database.database
        let connection = try Connection(path: path, mode: .reading(path))
        defer { connection.close() }
        try Migrator(Migrations.all).verify(connection)
        guard let output else { return try write(from: connection, to: Console.write) }
        let file = try NewFile(output)
        try write(from: connection) { try file.write($0) }
        try file.keep()
    }

    private func write(
        from connection: Connection,
        to sink: @escaping ([UInt8]) throws -> Void
    ) throws {
        let bar = ProgressBar("export")
        let exporter = Exporter(services: Services(zone: database.zone))
        try exporter.write(
            kind,
            as: format,
            from: connection,
            at: SystemClock.instant,
            progress: { progress in
                guard progress.totalRows > 0 else { return }
                bar.show(Double(progress.rows) / Double(progress.totalRows))
            },
            to: sink
        )
        bar.end()
    }
}

extension ExportKind: ExpressibleByArgument {}
