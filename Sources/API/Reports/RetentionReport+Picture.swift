// SPDX-License-Identifier: Apache-2.0
import Charts
import CustomerRelations

extension RetentionReport {
    /// The most months a picture has room for, one under the other and one beside the other.
    private static let room = 24

    /// The share of each month's new customers who bought again, month after month; the latest
    /// months, if there are more than a picture has room for.
    static func picture(_ rows: [Row], months: Int, asOf: Instant) -> Picture {
        let title = "Retention by month of the first purchase"
        guard !rows.isEmpty else {
            return Picture(title: title, subtitle: "No orders before \(asOf).", rows: [])
        }
        let shown = rows.suffix(room)
        let columns = 0...min(months, room)
        let all = "Percent of the customers who bought again, by the orders before \(asOf)"
        let some = shown.count < rows.count ? "; the latest \(room) of \(rows.count) months" : ""
        return Picture(
            title: title,
            subtitle: all + some,
            rows: [
                [
                    .matrix(
                        MatrixChart(
                            "Bought again, in percent",
                            legend: (low: "0 %", high: "100 %"),
                            rowAxis: "first purchase (customers)",
                            columnAxis: "months after the first purchase",
                            rows: shown.map { "\($0.key) (\($0.customers))" },
                            columns: columns.map { "\($0)" },
                            cells: shown.map { row in
                                columns.map { month in
                                    row.again.indices.contains(month) ? cell(row, month) : nil
                                }
                            }
                        )
                    )
                ]
            ]
        )
    }

    private static func cell(_ row: Row, _ month: Int) -> MatrixChart.Cell {
        let share = Double(row.again[month]) / Double(row.customers)
        return MatrixChart.Cell(
            share: share,
            label: (share * 100).decimal(places: 1),
            detail: "\(row.key), month \(month): \(row.again[month]) of \(row.customers)"
        )
    }
}
