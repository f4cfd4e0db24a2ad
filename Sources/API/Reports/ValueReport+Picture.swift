// SPDX-License-Identifier: Apache-2.0
import Charts
import CustomerRelations

extension ValueReport {
    /// Value, expected orders and P(alive) of each tenth.
    static func picture(_ rows: [Row]) -> Picture {
        let title = "Customer value by tenth, 12 months"
        guard let first = rows.first else {
            return Picture(title: title, subtitle: "No model has been fitted yet.", rows: [])
        }
        let tenths = rows.map { "\($0.decile)" }
        func bars(
            _ name: String,
            _ axis: String,
            _ point: (Row) -> Series.Point?
        ) -> Chart {
            .bars(
                BarChart(
                    name,
                    valueAxis: axis,
                    categoryAxis: "tenth of the customers, the most valuable first",
                    categories: tenths,
                    series: [Series("all customers of the tenth", rows.map(point))]
                )
            )
        }
        let value = bars("Customer lifetime value", "money") { row in
            row.lifetimeValue.map { value in
                Series.Point(
                    value: Double(value.rawValue) / 100,
                    label: value.description,
                    detail: "tenth \(row.decile), \(row.customers) customers: \(value)"
                )
            }
        }
        let orders = bars("Expected orders", "orders") { row in
            Series.Point(
                value: row.expectedOrders,
                label: row.expectedOrders.decimal(places: 1),
                detail: "tenth \(row.decile): \(row.expectedOrders) orders"
            )
        }
        let alive = Chart.lines(
            LineChart(
                "P(alive)",
                valueAxis: "probability",
                categoryAxis: "tenth of the customers",
                categories: tenths,
                series: [
                    Series(
                        "mean of the tenth",
                        rows.map { row in
                            Series.Point(
                                value: row.aliveProbability,
                                label: row.aliveProbability.decimal(places: 2),
                                detail: "tenth \(row.decile): \(row.aliveProbability)"
                            )
                        }
                    )
                ]
            )
        )
        return Picture(
            title: title,
            subtitle: "Model \(first.modelID.rawValue) of the orders before \(first.dataUntil), "
                + "margin \(first.margin), discount \(first.discountRate) a year",
            rows: (first.lifetimeValue == nil ? [] : [[value]]) + [[orders, alive]]
        )
    }
}
