// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Figures over many records, for those who lead.
package struct ReportService: Sendable {
    private let zone: CivilTimeZone
    private let complaints = ComplaintReportStore()
    private let interactions = InteractionReportStore()
    private let acquisition = AcquisitionReportStore()

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

    /// A page of groups, sorted by name.
    private static func page<Row>(
        of keys: [String],
        _ request: PageRequest<ReportSorting>,
        row: (String) -> Row?
    ) -> Page<Row> {
        let ordered = keys.sorted(by: request.isDescending ? { $0 > $1 } : { $0 < $1 })
        let left = ordered.drop { key in
            guard case .text(let last)? = request.after?.first else { return false }
            return request.isDescending ? key >= last : key <= last
        }
        let page = left.prefix(request.limit)
        return Page(
            rows: page.compactMap(row),
            next: page.count < left.count ? page.last.map { [.text($0)] } : nil,
            count: request.counts ? keys.count : nil
        )
    }
}

/// How a report is sorted: by the name of the group.
package enum ReportSorting: String, Sendable, CaseIterable {
    case key
}
