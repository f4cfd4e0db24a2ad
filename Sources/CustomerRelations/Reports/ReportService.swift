// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Figures over many records, for those who lead.
package struct ReportService: Sendable {
    private let zone: CivilTimeZone
    private let complaints = ComplaintReportStore()

    package init(zone: CivilTimeZone) {
        self.zone = zone
    }

    /// How complaints were handled, a row for each group in which there were any (M62, M63).
    package func complaints(
        _ filter: ComplaintReport.Filter,
        _ request: PageRequest<ComplaintReportSorting>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> Page<ComplaintReport.Row> {
        var tallies: [String: ComplaintTally] = [:]
        try complaints.forEach(filter, zone: zone, in: snapshot) { complaint in
            tallies[complaint.key, default: ComplaintTally()].add(complaint, at: now)
        }
        let orders = try complaints.orders(filter, zone: zone, in: snapshot)
        let keys = tallies.keys.sorted()
        let ordered = request.isDescending ? keys.reversed() : keys
        let left = ordered.drop { key in
            guard case .text(let last)? = request.after?.first else { return false }
            return request.isDescending ? key >= last : key <= last
        }
        let page = left.prefix(request.limit)
        return Page(
            rows: page.compactMap { key in
                tallies[key]?.row(key, orders: orders[nil] ?? orders[key] ?? 0)
            },
            next: page.count < left.count ? page.last.map { [.text($0)] } : nil,
            count: request.counts ? keys.count : nil
        )
    }
}
