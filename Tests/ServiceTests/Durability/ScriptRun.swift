// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Foundation
import Migrations
import SQLite
import TestSupport

/// A script as it was carried out: what was answered, and what the writer said.
struct ScriptRun: Sendable {
    fileprivate(set) var acknowledged: [Int: String] = [:]
    fileprivate(set) var failed: [Int: any Error] = [:]
    /// The first burst that was sent when the writer had given up.
    fileprivate(set) var firstBurstAfterFatal: Int?
    fileprivate(set) var fatal: [SQLiteError] = []
    /// Why the database could not be opened.
    fileprivate(set) var openError: (any Error)?
}

extension Script {
    /// How a script is carried out.
    struct Settings: Sendable {
        var checkpointPages = 4_000
        /// The burst before which the database is closed and opened again.
        var restartBefore: Int?
    }

    /// Opens the database, sends burst after burst, waits for the answers of each, and stops.
    func run(in folder: FaultyFolder, _ settings: Settings = Settings()) throws -> ScriptRun {
        var run = ScriptRun()
        let fatal = Collected<SQLiteError>()
        let answers = Answers<String>()
        var sent = 0
        var database: Database?
        defer { database?.stop() }
        do {
            database = try Self.open(folder, settings, fatal)
            for (index, burst) in bursts.enumerated() {
                if settings.restartBefore == index {
                    database?.stop()
                    database = nil
                    database = try Self.open(folder, settings, fatal)
                }
                guard let writer = database?.writer else { break }
                if run.firstBurstAfterFatal == nil, !fatal.all.isEmpty {
                    run.firstBurstAfterFatal = index
                }
                try send(burst, to: writer, answers)
                sent += burst.count
                try answers.wait(for: sent)
            }
            database?.stop()
            database = nil
        } catch let failure as TestFailure {
            throw failure
        } catch {
            run.openError = error
        }
        for (number, result) in try answers.all() {
            switch result {
            case .success(let answer): run.acknowledged[number] = answer
            case .failure(let error): run.failed[number] = error
            }
        }
        run.fatal = fatal.all
        return run
    }

    /// Sends requests so that one batch takes them all.
    private func send(
        _ burst: Range<Int>,
        to writer: Writer,
        _ answers: Answers<String>
    ) throws {
        let gate = try writer.hold()
        defer { gate.open() }
        for request in requests[burst] {
            try writer.submit { transaction in
                try request.run(in: transaction)
            } then: { result in
                answers.add(request.number, result)
            }
        }
    }

    /// Opens the files in a folder and looks at them, knowing these answers.
    func inspect(
        _ folder: FaultyFolder,
        acknowledged: [Int: String],
        inOrder: Bool
    ) throws -> Inspection {
        let connection = try Connection(path: folder.database, mode: .readWrite)
        defer { connection.close() }
        return try connection.read { snapshot in
            try inspect(snapshot, acknowledged: acknowledged, inOrder: inOrder)
        }
    }

    static func open(
        _ folder: FaultyFolder,
        _ settings: Settings,
        _ fatal: Collected<SQLiteError> = Collected<SQLiteError>()
    ) throws -> Database {
        var options = Database.Options()
        options.writer = Writer.Configuration(batchTime: .seconds(60))
        options.writer.checkpointPages = settings.checkpointPages
        options.readers = 1
        return try Database(
            path: folder.database,
            migrations: Migrations.all,
            options: options,
            now: TestClock.start.rawValue,
            onFatal: fatal.add
        )
    }
}

/// A migrated database with one token and one customer, made once: copying it is quicker.
struct ScriptTemplate: Sendable {
    static let requestID = "template"

    private let file: Data

    static func place(in folder: FaultyFolder) throws {
        try made.get().file.write(to: URL(filePath: folder.database))
    }

    private static let made = Result { try ScriptTemplate() }

    private init() throws {
        let folder = try FaultyFolder()
        let database = try Script.open(folder, Script.Settings())
        let services = Services(zone: .shanghai)
        let occasion = Occasion(at: TestClock.start, actor: "tests", requestID: Self.requestID)
        guard let phone = PhoneNumber("13700137000") else { throw TestFailure("no phone number") }
        try database.write { transaction in
            _ = try services.tokens.create(
                NewToken(name: "a", role: .admin, owner: "tests"),
                by: occasion,
                in: transaction
            )
            _ = try services.customers.create(
                CustomerDetails(
                    kind: .individual,
                    name: "李雷",
                    externalID: ScriptedRequest.taken,
                    phones: [CustomerPhone(phone)]
                ),
                by: occasion,
                in: transaction
            )
        }
        database.stop()
        file = try Data(contentsOf: URL(filePath: folder.database))
    }
}
