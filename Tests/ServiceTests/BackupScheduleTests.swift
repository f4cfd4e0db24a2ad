// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import JSON
import Service
import TestSupport
import Testing

/// Backups that the service makes by itself, by a clock that the test moves.
@Suite struct BackupScheduleTests {
    private static let day = Instant.millisecondsPerDay

    private static func scheduled(in folder: TemporaryFolder) -> BackupSettings {
        BackupSettings(folder: folder.path, keep: 2, interval: day)
    }

    @Test func `one is made at the start, and one a day`() throws {
        let folder = try TemporaryFolder()
        try withServer(configure: { $0.backups = Self.scheduled(in: folder) }) { client in
            try client.waitForMetric("guanxi_backups_total", 1)
            for day in 1...3 {
                client.clock.advance(hours: 23, minutes: 59)
                // Too early: nothing is made, or the count would be one too high below.
                client.service.wakeJobs()
                client.clock.advance(minutes: 1)
                client.service.wakeJobs()
                try client.waitForMetric("guanxi_backups_total", day + 1)
            }
            #expect(try client.get("/v1/backups").items.count == 2)
            let last = client.clock.now.rawValue / 1000
            try client.waitForMetric("guanxi_backup_last_success_timestamp_seconds", Int(last))
        }
    }

    @Test func `one that a restart finds is not made again`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        let database = folder.path + "/test.db"
        try withServer(
            clock: clock,
            database: database,
            configure: { $0.backups = Self.scheduled(in: folder) }
        ) { client in
            try client.waitForMetric("guanxi_backups_total", 1)
        }
        clock.advance(hours: 1)
        try withServer(
            clock: clock,
            database: database,
            configure: { $0.backups = Self.scheduled(in: folder) }
        ) { client in
            // The look of the start has found it.
            let made = Int(TestClock.start.rawValue / 1000)
            try client.waitForMetric("guanxi_backup_last_success_timestamp_seconds", made)
            client.service.wakeJobs()
            #expect(try client.backup()["status"] == "finished")
            #expect(try client.get("/v1/backups").items.count == 2)
            try client.waitForMetric("guanxi_backups_total", 1)
        }
    }

    struct Case: CustomTestStringConvertible {
        let name: String
        var last: Int64?
        var attempt: Int64?
        var interval: Int64? = day
        let isDue: Bool

        var testDescription: String { name }
    }

    private static let hour = Instant.millisecondsPerHour
    private static let minute = Instant.millisecondsPerMinute

    static let cases = [
        Case(name: "never made", isDue: true),
        Case(name: "no schedule", interval: nil, isDue: false),
        Case(name: "a day ago", last: -day, isDue: true),
        Case(name: "less than a day ago", last: -day + 1, isDue: false),
        Case(name: "ten days ago, once", last: -10 * day, isDue: true),
        Case(name: "failed a minute ago", last: -2 * day, attempt: -minute, isDue: false),
        Case(name: "failed ten minutes ago", last: -2 * day, attempt: -10 * minute, isDue: true),
        Case(name: "made a moment ago", last: 1, isDue: false),
        Case(name: "tried when the clock was a year ahead", attempt: 365 * day, isDue: true),
    ]

    @Test(arguments: cases)
    func `a backup is due`(_ one: Case) {
        let now = TestClock.start
        let settings = BackupSettings(folder: "x", interval: one.interval)
        let isDue = settings.isDue(
            at: now,
            last: one.last.map { now.adding(milliseconds: $0) },
            lastAttempt: one.attempt.map { now.adding(milliseconds: $0) }
        )
        #expect(isDue == one.isDue)
    }

    @Test func `a clock that was ahead for one start costs no backup`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        let database = folder.path + "/test.db"
        func serve(_ body: (TestClient) throws -> Void) throws {
            let settings = BackupSettings(folder: folder.path, keep: 4, interval: Self.day)
            try withServer(
                clock: clock,
                database: database,
                configure: { $0.backups = settings },
                body
            )
        }
        func days() throws -> [Int64] {
            try BackupFolder(folder.path, for: database).backups()
                .map { $0.createdAt.milliseconds(since: TestClock.start) / Self.day }
        }
        try serve { client in
            try client.waitForMetric("guanxi_backups_total", 1)
            for made in 2...3 {
                clock.advance(hours: 24)
                client.service.wakeJobs()
                try client.waitForMetric("guanxi_backups_total", made)
            }
        }
        clock.advance(hours: 30 * 24)
        try serve { client in try client.waitForMetric("guanxi_backups_total", 1) }
        #expect(try days() == [32, 2, 1, 0])
        clock.advance(hours: -30 * 24)
        try serve { client in
            for _ in 1...12 {
                clock.advance(minutes: 11)
                client.service.wakeJobs()
            }
            clock.set(TestClock.start.adding(milliseconds: 3 * Self.day))
            client.service.wakeJobs()
            // Looks follow one another: this one's backup is the last.
            try waitUntil("a backup of the third day") {
                client.service.wakeJobs()
                return try days().contains(3)
            }
            try #require(try days() == [32, 3, 2, 1, 0])
            try client.waitForMetric("guanxi_backups_total", 1)
            let made = Int(clock.now.rawValue / 1000)
            try client.waitForMetric("guanxi_backup_last_success_timestamp_seconds", made)
        }
    }

    @Test func `a failure is not tried again at once, and counts`() throws {
        let settings = BackupSettings(folder: "/nowhere", interval: Self.day)
        try withServer(configure: { $0.backups = settings }) { client in
            try client.waitForMetric("guanxi_backup_failures_total", 1)
            client.clock.advance(minutes: 9)
            client.service.wakeJobs()
            client.clock.advance(minutes: 1)
            client.service.wakeJobs()
            try client.waitForMetric("guanxi_backup_failures_total", 2)
        }
    }
}
