// SPDX-License-Identifier: Apache-2.0
package import API
import CustomerRelations
package import SQLite

/// Records a demo plan in an empty database, by the services' own rules.
package struct DemoBase {
    /// The mark of the demo in the journal.
    package static let requestID = "guanxi-demo"

    /// The entries of a transaction.
    private static let chunkSize = 250

    private let database: Database
    private let services: Services

    package init(_ database: Database, _ services: Services) {
        self.database = database
        self.services = services
    }

    /// Records everything and ranks the tiers; `progress` is told what is being done and how much
    /// of all is done, and may end it by throwing.
    package func record(
        _ plan: DemoPlan,
        progress: (_ doing: String, _ done: Double) throws -> Void
    ) throws {
        let movedInAt = plan.calendar.movedInAt
        var recorder = DemoRecorder(services, movedInAt: movedInAt)
        try database.write { [recorder, staff = plan.staff, products = plan.assortment.products] in
            try recorder.prepare(staff, products, in: $0)
        }
        let moved = plan.entries.prefix { $0.at < movedInAt }
        try record(moved, with: &recorder) { count in
            try progress("moving two years in", Double(count) / Double(plan.entries.count))
        }
        // Complaints that come later are judged by these tiers.
        let runs = plan.calendar.halfYears + [plan.now]
        try rank(asOf: runs.filter { $0 <= movedInAt }, now: movedInAt)
        try database.write { [recorder] in try recorder.assignManagers(in: $0) }
        let later = plan.entries.dropFirst(moved.count)
        try record(later, with: &recorder) { count in
            let done = Double(moved.count + count) / Double(plan.entries.count)
            try progress("recording the last days", done)
        }
        try progress("ranking the tiers", 1)
        try rank(asOf: runs.filter { $0 > movedInAt }, now: plan.now)
    }

    /// Records entries, a transaction for some at a time; `progress` is told how many are done.
    private func record(
        _ entries: ArraySlice<DemoPlan.Entry>,
        with recorder: inout DemoRecorder,
        progress: (Int) throws -> Void
    ) throws {
        for start in stride(from: entries.startIndex, to: entries.endIndex, by: Self.chunkSize) {
            try progress(start - entries.startIndex)
            let chunk = entries[start..<min(start + Self.chunkSize, entries.endIndex)]
            recorder = try database.write { [recorder] transaction in
                var recorder = recorder
                for entry in chunk { try recorder.record(entry, in: transaction) }
                return recorder
            }
        }
    }

    /// Carries out tier runs as of these instants.
    private func rank(asOf instants: [Instant], now: Instant) throws {
        let occasion = Occasion(at: now, actor: "scheduler", requestID: Self.requestID)
        try database.write { [services] transaction in
            for instant in instants {
                let run = NewTierRun(asOf: instant)
                _ = try services.tiers.start(run, by: occasion, in: transaction)
            }
        }
        let connection = try Connection(path: database.path, mode: .readOnly)
        defer { connection.close() }
        let runner = TierRunner(services.tiers, services.stages, services.endings)
        let context = JobContext(
            reading: connection,
            writing: database.writer,
            actor: occasion.actor,
            requestID: occasion.requestID,
            now: { now }
        )
        while try runner.runPending(in: context) {}
    }
}
