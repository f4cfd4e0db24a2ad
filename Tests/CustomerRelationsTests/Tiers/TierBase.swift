// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Foundation
import Migrations
import SQLite

/// An order as these tests need it; money in fen.
struct TestOrder: Sendable {
    let customer: Int64
    let total: Int64
    var cost: Int64?
    /// A date, or an instant.
    var at = "2026-06-01"
}

/// A database with customers and orders, and the tier engine on it.
///
/// The clock stands still at noon on 2026-11-22 in Shanghai.
struct TierBase {
    static let now = Instant(rawValue: 1_795_320_000_000)

    let path: String
    let writer: Writer
    let reader: Connection
    let zone: CivilTimeZone
    let tiers: TierService

    var occasion: Occasion { Occasion(at: Self.now, actor: "test", requestID: "r-1") }

    func instant(_ text: String) throws -> Instant {
        guard let instant = zone.instant(text) else { throw TestError("no instant: \(text)") }
        return instant
    }

    /// Adds customers with these ids, in this order.
    func addCustomers(_ ids: some Sequence<Int64>) throws {
        let ids = Array(ids)
        try writer.write { transaction in
            for id in ids {
                try transaction.run(
                    """
                    INSERT INTO customer (id, kind, role, name, lifecycle, search_text, version,
                        created_at, updated_at)
                    VALUES ($1, 'individual', 'end', 'x', 'active', 'x', 1, 0, 0)
                    """,
                    id
                )
            }
        }
    }

    func add(_ orders: [TestOrder]) throws {
        let rows = try orders.map { (order: $0, at: try instant($0.at)) }
        try writer.write { transaction in
            for (order, at) in rows {
                try transaction.run(
                    """
                    INSERT INTO customer_order (customer_id, placed_at, total, cost, terms, version,
                        created_at, updated_at)
                    VALUES ($1, $2, $3, $4, 'prepaid', 1, 0, 0)
                    """,
                    order.customer,
                    at,
                    order.total,
                    order.cost
                )
            }
        }
    }

    func run(_ sql: String) throws {
        try writer.write { transaction in _ = try transaction.run(sql) }
    }

    func number(_ sql: String) throws -> Int? {
        try reader.read { snapshot in try snapshot.first(sql) { row in try row[0] } }
    }

    func start(asOf: String? = nil, months: Int? = nil) throws -> TierRun {
        let new = NewTierRun(asOf: try asOf.map(instant), windowMonths: months)
        return try writer.write { [tiers, occasion] transaction in
            try tiers.start(new, by: occasion, in: transaction)
        }
    }

    func carryOut(pieceSize: Int = 2_000, with helpers: ReaderPool? = nil) throws -> Bool {
        try TierRunner(
            tiers,
            PlainServices().stages,
            PlainServices().endings(tiers),
            pieceSize: pieceSize
        ).runPending(
            in: JobContext(
                reading: reader,
                helpers: helpers,
                writing: writer,
                actor: "system",
                requestID: "r-2",
                now: { Self.now }
            )
        )
    }

    func find(_ run: TierRun) throws -> TierRun {
        try reader.read { snapshot in try tiers.run(run.id, in: snapshot) }
    }

    /// Starts a run and carries it out.
    @discardableResult
    func assess(asOf: String? = nil, months: Int? = nil, pieceSize: Int = 2_000) throws -> TierRun {
        let run = try start(asOf: asOf, months: months)
        guard try carryOut(pieceSize: pieceSize) else { throw TestError("no run was pending") }
        return try find(run)
    }

    /// All standings that a filter lets through, by rank, read in pages of this size.
    func standings(
        _ filter: TierFilter = TierFilter(),
        limit: Int = 500,
        isDescending: Bool = false
    ) throws -> [TierStanding] {
        var all: [TierStanding] = []
        var after: [StoredValue]?
        repeat {
            let request = PageRequest(
                limit: limit,
                after: after,
                sorting: TierSorting.rank,
                isDescending: isDescending
            )
            let page = try reader.read { snapshot in
                try tiers.list(filter, request, in: snapshot)
            }
            all += page.rows
            after = page.next
        } while after != nil
        return all
    }

    func standing(_ customer: Int64, asOf: String? = nil) throws -> TierStanding? {
        let asOf = try asOf.map(instant)
        return try reader.read { snapshot in
            try tiers.tier(of: ID(rawValue: customer), asOf: asOf, in: snapshot)
        }
    }

    func setPolicy(_ change: (inout TierRules) -> Void) throws -> TierPolicy {
        var rules = try reader.read { snapshot in try tiers.policy(in: snapshot) }.rules
        change(&rules)
        return try writer.write { [tiers, occasion, rules] transaction in
            try tiers.setPolicy(rules, by: occasion, in: transaction)
        }
    }
}

struct TestError: Error {
    let detail: String

    init(_ detail: String) { self.detail = detail }
}

/// The members that the body is refused for; none if it is not refused.
func refusedPointers<Value>(_ body: () throws -> Value) throws -> [String] {
    do {
        _ = try body()
        return []
    } catch ServiceError.refused(let refusals) {
        return refusals.map(\.pointer)
    } catch ServiceError.senselessPolicy(let refusals) {
        return refusals.map(\.pointer)
    }
}

/// Hands a test a fresh database, and removes it.
func withTierBase(
    zone: CivilTimeZone = .shanghai,
    configuration: Writer.Configuration = Writer.Configuration(),
    onCommit: @escaping @Sendable (CommitReport) -> Void = { _ in },
    _ body: (TierBase) throws -> Void
) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "guanxi-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "test.db").path
    let connection = try Connection(path: path, mode: .readWriteCreate)
    _ = try Migrator(Migrations.all).migrate(connection, at: 0)
    connection.close()
    let writer = try Writer(
        path: path,
        configuration: configuration,
        onCommit: onCommit,
        onFatal: { _ in }
    )
    defer { writer.stop() }
    let tiers = TierService(
        journal: Journal(),
        zone: zone,
        describeRun: { "\($0?.status.rawValue ?? "none") to \($1.status.rawValue)" },
        describePolicy: { "\($0?.version ?? 0) to \($1.version)" }
    )
    let reader = try Connection(path: path, mode: .readOnly)
    defer { reader.close() }
    try body(
        TierBase(path: path, writer: writer, reader: reader, zone: zone, tiers: tiers)
    )
}
