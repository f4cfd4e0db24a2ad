// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Figures over many records, for those who lead.
package struct ReportService: Sendable {
    private let zone: CivilTimeZone
    private let complaints = ComplaintReportStore()
    private let interactions = InteractionReportStore()
    private let calls = PhoneCallReportStore()
    private let acquisition = AcquisitionReportStore()
    private let warnings = WarningReportStore()
    private let runs = TierRunStore()
    private let pyramid = PyramidReportStore()
    private let retention = RetentionReportStore()
    private let deciles = ValueDecileStore()

    package init(zone: CivilTimeZone) {
        self.zone = zone
    }

    /// How complaints were handled, a row for each group in which there were any (M62, M63).
    package func complaints(
        _ filter: ComplaintReport.Filter,
        _ request: PageRequest<ReportSorting>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> Page<ComplaintReport.Row> {
        var tallies: [String: ComplaintTally] = [:]
        try complaints.forEach(filter, zone: zone, in: snapshot) { complaint in
            tallies[complaint.key, default: ComplaintTally()].add(complaint, at: now)
        }
        let orders = try complaints.orders(filter, zone: zone, in: snapshot)
        return Self.page(of: Array(tallies.keys), request) { key in
            tallies[key]?.row(key, orders: orders[nil] ?? orders[key] ?? 0)
        }
    }

    /// How much was said in either direction, a row for each group in which anything was (M48).
    package func interactions(
        _ filter: InteractionReport.Filter,
        _ request: PageRequest<ReportSorting>,
        in snapshot: Snapshot
    ) throws -> Page<InteractionReport.Row> {
        let rows = try interactions.rows(filter, zone: zone, in: snapshot)
        return Self.page(of: Array(rows.keys), request) { rows[$0] }
    }

    /// How long those who called waited, a row for each group of which there were any (M31).
    package func calls(
        _ filter: PhoneCallReport.Filter,
        _ request: PageRequest<ReportSorting>,
        in snapshot: Snapshot
    ) throws -> Page<PhoneCallReport.Row> {
        let tallies = try calls.tallies(filter, zone: zone, in: snapshot)
        return Self.page(of: Array(tallies.keys), request) { tallies[$0]?.row($0) }
    }

    /// What came of each channel and what that cost, a row for each of which there are customers or
    /// costs (M05).
    package func acquisition(
        _ filter: AcquisitionReport.Filter,
        _ request: PageRequest<ReportSorting>,
        in snapshot: Snapshot
    ) throws -> Page<AcquisitionReport.Row> {
        let rows = try acquisition.rows(filter, in: snapshot)
        return Self.page(of: Array(rows.keys), request) { rows[$0] }
    }

    /// How many cases of early warning there were and how they went, a row for each kind of which
    /// there was any (M13 to M17).
    package func warnings(
        _ filter: WarningReport.Filter,
        _ request: PageRequest<WarningReportSorting>,
        in snapshot: Snapshot
    ) throws -> Page<WarningReport.Row> {
        let rows = try warnings.rows(filter, in: snapshot)
        return Self.page(of: Array(rows.keys), request) { rows[$0] }
    }

    /// A page of groups, sorted by name or number.
    private static func page<Key: Comparable & ColumnValue, Row, Sorting>(
        of keys: [Key],
        _ request: PageRequest<Sorting>,
        row: (Key) -> Row?
    ) -> Page<Row> {
        let ordered = keys.sorted(by: request.isDescending ? { $0 > $1 } : { $0 < $1 })
        let left = ordered.drop { key in
            guard let last = request.after?.first.flatMap(Key.init(stored:)) else { return false }
            return request.isDescending ? key >= last : key <= last
        }
        let page = left.prefix(request.limit)
        return Page(
            rows: page.compactMap(row),
            next: page.count < left.count ? page.last.map { [$0.stored] } : nil,
            count: request.counts ? keys.count : nil
        )
    }
}

// MARK: - Customers as a whole

extension ReportService {
    /// The pyramid of the latest run at or before an instant beside that of a year before by a window
    /// of the same length, a row for each tier (M18); nothing without a run.
    package func pyramid(
        asOf: Instant,
        _ request: PageRequest<TierReportSorting>,
        in snapshot: Snapshot
    ) throws -> Page<PyramidReport.Row> {
        guard let run = try runs.latest(asOf: asOf, in: snapshot) else {
            return Page(rows: [], next: nil, count: request.counts ? 0 : nil)
        }
        let yearAgo = zone.windowStart(asOf: run.asOf, months: 12)
        let earlier = try runs.latest(asOf: yearAgo, months: run.windowMonths, in: snapshot)
        var origins = try earlier.map {
            try pyramid.origins(of: run.id, in: $0.id, snapshot)
        }
        for tier in Tier.allCases {
            guard let standing = PyramidReport.Standing(tier, in: run) else { continue }
            let ranked = origins?[tier]?.ranked ?? 0
            origins?[tier, default: PyramidReport.Origins()].unranked =
                standing.customers - ranked
        }
        return Self.page(of: Tier.allCases.map(\.rawValue), request) { name in
            guard let tier = Tier(rawValue: name),
                let now = PyramidReport.Standing(tier, in: run)
            else { return nil }
            let before = earlier.flatMap { PyramidReport.Standing(tier, in: $0) }
            let stayed = origins?.values.reduce(0) { $0 + $1[tier] }
            return PyramidReport.Row(
                tier: tier,
                now: now,
                yearAgo: before,
                origins: origins?[tier],
                left: before.flatMap { before in stayed.map { before.customers - $0 } }
            )
        }
    }

    /// Who bought again, a row for each month in which anybody first bought.
    package func retention(
        asOf: Instant,
        months: Int,
        _ request: PageRequest<ReportSorting>,
        in snapshot: Snapshot
    ) throws -> Page<RetentionReport.Row> {
        let rows = try retention.rows(
            before: asOf,
            months: months,
            zone: zone,
            in: snapshot
        )
        let byKey = Dictionary(uniqueKeysWithValues: rows.map { ($0.key, $0) })
        return Self.page(of: rows.map(\.key), request) { byKey[$0] }
    }

    /// What each tenth of the customers may yet bring, by the latest model of the days before an
    /// instant; nothing without one.
    package func value(
        asOf: Instant,
        _ request: PageRequest<ValueReportSorting>,
        in snapshot: Snapshot
    ) throws -> Page<ValueReport.Row> {
        let rows = try deciles.rows(until: asOf, in: snapshot)
        let byDecile = Dictionary(uniqueKeysWithValues: rows.map { ($0.decile, $0) })
        return Self.page(of: rows.map(\.decile), request) { byDecile[$0] }
    }
}

/// How a report is sorted: by the name of the group.
package enum ReportSorting: String, Sendable, CaseIterable {
    case key
}

/// How a report by tier is sorted: from the key customers down.
package enum TierReportSorting: String, Sendable, CaseIterable {
    case tier
}

/// How the report on warnings is sorted: by the name of the kind.
package enum WarningReportSorting: String, Sendable, CaseIterable {
    case kind
}

/// How the report on value is sorted: from the most valuable tenth down.
package enum ValueReportSorting: String, Sendable, CaseIterable {
    case decile
}
