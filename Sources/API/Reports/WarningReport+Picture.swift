// SPDX-License-Identifier: Apache-2.0
import Charts
import CustomerRelations

extension WarningReport {
    private static let secondsPerDay = 86_400.0
    /// The most letters of a cause that there is room for.
    private static let causeLength = 28

    /// Cases, the days until they were closed, and their causes, kind by kind.
    static func picture(_ rows: [Row], _ filter: Filter) -> Picture {
        let since = filter.since.map { " from \($0)" } ?? ""
        let until = filter.until.map { " before \($0)" } ?? ""
        let causes = causes(of: rows)
        return Picture(
            title: "Early warnings",
            subtitle: (since + until).isEmpty ? "All cases" : "Cases" + since + until,
            rows: rows.isEmpty
                ? []
                : [[cases(rows), days(rows)]] + (causes.isEmpty ? [] : [[matrix(rows, causes)]])
        )
    }

    private static func cases(_ rows: [Row]) -> Chart {
        func series(_ name: String, _ count: (Row) -> Int) -> Series {
            Series(
                name,
                rows.map { row in
                    Series.Point(
                        value: Double(count(row)),
                        label: "\(count(row))",
                        detail: "\(row.kind.rawValue), \(name): \(count(row))"
                    )
                }
            )
        }
        return .bars(
            BarChart(
                "Cases",
                valueAxis: "cases",
                categoryAxis: "kind",
                categories: rows.map(\.kind.rawValue),
                series: [
                    series("open", { $0.open }), series("raised", { $0.raised }),
                    series("closed", { $0.closed }),
                ]
            )
        )
    }

    private static func days(_ rows: [Row]) -> Chart {
        .bars(
            BarChart(
                "Median time to close",
                valueAxis: "days",
                categoryAxis: "kind",
                categories: rows.map(\.kind.rawValue),
                series: [
                    Series(
                        "closed cases",
                        rows.map { row in
                            row.handling.map { times in
                                Series.Point(
                                    value: times.median / secondsPerDay,
                                    label: (times.median / secondsPerDay).decimal(places: 1),
                                    detail: "\(row.kind.rawValue): \(times.median) seconds"
                                )
                            }
                        }
                    )
                ]
            )
        )
    }

    /// The causes of all kinds, the most frequent first, as many as there is room for.
    private static func causes(of rows: [Row]) -> [String] {
        var counts: [String: Int] = [:]
        for cause in rows.flatMap(\.causes) { counts[cause.cause, default: 0] += cause.cases }
        let ordered = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return ordered.prefix(6).map(\.key)
    }

    private static func matrix(_ rows: [Row], _ causes: [String]) -> Chart {
        let largest = rows.flatMap { $0.causes.map(\.cases) }.max() ?? 1
        return .matrix(
            MatrixChart(
                "Causes of closed cases",
                legend: (low: "0", high: "\(largest)"),
                rowAxis: "cause",
                columnAxis: "kind",
                rows: causes.map { cause in
                    cause.count > causeLength ? String(cause.prefix(causeLength)) + "…" : cause
                },
                columns: rows.map(\.kind.rawValue),
                cells: causes.map { cause in
                    rows.map { row in
                        row.causes.first { $0.cause == cause }.map { found in
                            MatrixChart.Cell(
                                share: Double(found.cases) / Double(largest),
                                label: "\(found.cases)",
                                detail: "\(row.kind.rawValue), \(cause): \(found.cases)"
                            )
                        }
                    }
                }
            )
        )
    }
}
