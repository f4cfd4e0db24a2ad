// SPDX-License-Identifier: Apache-2.0
import Charts
import CustomerRelations

extension PyramidReport {
    /// Heads and profit of each tier, and the matrix of who moved.
    static func picture(_ rows: [Row]) -> Picture {
        guard let first = rows.first else {
            return Picture(title: title, subtitle: "No tier run has finished yet.", rows: [])
        }
        let before = first.yearAgo.map { ", beside run \($0.runID.rawValue) as of \($0.asOf)" }
        return Picture(
            title: title,
            subtitle: "Run \(first.now.runID.rawValue) as of \(first.now.asOf)\(before ?? ""), "
                + "by windows of \(first.now.windowMonths) month\(first.now.windowMonths == 1 ? "" : "s")",
            rows: [
                [
                    bars("Customers", rows, \.headcountShare) { "\($0.customers)" },
                    bars("Profit", rows, \.profitShare) { "\($0.profit)" },
                ]
            ] + (first.origins == nil ? [] : [[movements(rows)]])
        )
    }

    private static let title = "Profit pyramid"

    private static func bars(
        _ name: String,
        _ rows: [Row],
        _ share: (Standing) -> Double,
        figure: (Standing) -> String
    ) -> Chart {
        func point(_ row: Row, _ time: String, _ standing: Standing) -> Series.Point {
            Series.Point(
                value: share(standing) * 100,
                label: share(standing).percent,
                detail: "\(row.tier.rawValue), \(time): \(figure(standing)), "
                    + "a share of \(share(standing))"
            )
        }
        let now = Series("now", rows.map { point($0, "now", $0.now) })
        let before = Series(
            "a year ago",
            rows.map { row in row.yearAgo.map { point(row, "a year ago", $0) } }
        )
        return .bars(
            BarChart(
                name,
                valueAxis: "percent of all",
                categoryAxis: "tier, and what it has now",
                categories: rows.map { "\($0.tier.rawValue): \(figure($0.now))" },
                series: before.points.contains { $0 != nil } ? [now, before] : [now]
            )
        )
    }

    private static func movements(_ rows: [Row]) -> Chart {
        let largest =
            rows.flatMap { row in
                Tier.allCases.map { row.origins?[$0] ?? 0 } + [
                    row.origins?.unranked ?? 0, row.left ?? 0,
                ]
            }
            .max() ?? 0
        func cell(_ count: Int?, _ from: String, _ to: String) -> MatrixChart.Cell? {
            count.map { count in
                MatrixChart.Cell(
                    share: largest > 0 ? Double(count) / Double(largest) : 0,
                    label: "\(count)",
                    detail: "\(from) a year ago, \(to) now: \(count)"
                )
            }
        }
        let names = rows.map(\.tier.rawValue)
        let moved = rows.map { row in
            rows.map { from in
                cell(row.origins?[from.tier], from.tier.rawValue, row.tier.rawValue)
            } + [cell(row.origins?.unranked, "not ranked", row.tier.rawValue)]
        }
        let left = rows.map { cell($0.left, $0.tier.rawValue, "not ranked") }
        return .matrix(
            MatrixChart(
                "Movements between the tiers, in customers",
                legend: (low: "0", high: "\(largest)"),
                rowAxis: "tier now",
                columnAxis: "tier a year ago",
                rows: names + ["not ranked"],
                columns: names + ["not ranked"],
                cells: moved + [left]
            )
        )
    }
}

extension Double {
    /// A share as a percentage with one decimal at most.
    var percent: String { (self * 100).decimal(places: 1) + " %" }
}
