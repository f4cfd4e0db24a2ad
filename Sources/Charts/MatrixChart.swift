// SPDX-License-Identifier: Apache-2.0

/// A matrix of numbers, each in a cell that is the darker the larger its share is.
package struct MatrixChart: Sendable {
    package struct Cell: Sendable {
        /// From 0, white, to 1, dark.
        package let share: Double
        /// The number as it is written in the cell.
        package let label: String
        /// What a reader is told who points at it.
        package let detail: String

        package init(share: Double, label: String, detail: String) {
            self.share = share
            self.label = label
            self.detail = detail
        }
    }

    private let title: String
    /// What the shades mean, from white to dark.
    private let legend: (low: String, high: String)
    private let rowAxis: String
    private let columnAxis: String
    private let rows: [String]
    private let columns: [String]
    private let cells: [[Cell?]]

    /// `cells` has a list for each row, which may be shorter than the columns.
    package init(
        _ title: String,
        legend: (low: String, high: String),
        rowAxis: String,
        columnAxis: String,
        rows: [String],
        columns: [String],
        cells: [[Cell?]]
    ) {
        self.title = title
        self.legend = legend
        self.rowAxis = rowAxis
        self.columnAxis = columnAxis
        self.rows = rows
        self.columns = columns
        self.cells = cells
    }

    func draw(in frame: Frame, _ writer: inout SVGWriter) {
        writer.element(
            "text",
            [
                ("x", frame.x.place), ("y", (frame.y + 14).place), ("font-size", "14"),
                ("font-weight", "bold"),
            ],
            text: title
        )
        drawLegend(in: frame, &writer)
        let widest = rows.map { Ink.width(of: $0) }.max() ?? 0
        let plot = frame.inset(left: widest + 26, top: 74, right: 2, bottom: 4)
        let width = plot.width / Double(max(columns.count, 1))
        let height = min(32, plot.height / Double(max(rows.count, 1)))
        writer.element(
            "text",
            [
                ("x", (plot.x + plot.width / 2).place), ("y", (plot.y - 22).place),
                ("text-anchor", "middle"), ("font-style", "italic"),
            ],
            text: columnAxis
        )
        let middle = (plot.y + height * Double(rows.count) / 2).place
        writer.element(
            "text",
            [
                ("x", (frame.x + 11).place), ("y", middle), ("text-anchor", "middle"),
                ("font-style", "italic"),
                ("transform", "rotate(-90 \((frame.x + 11).place) \(middle))"),
            ],
            text: rowAxis
        )
        for (place, name) in columns.enumerated() {
            writer.element(
                "text",
                [
                    ("x", (plot.x + (Double(place) + 0.5) * width).place),
                    ("y", (plot.y - 6).place), ("text-anchor", "middle"),
                ],
                text: name
            )
        }
        for (row, (name, cells)) in zip(rows, cells).enumerated() {
            let y = plot.y + Double(row) * height
            writer.element(
                "text",
                [
                    ("x", (plot.x - 6).place), ("y", (y + height / 2 + 4).place),
                    ("text-anchor", "end"),
                ],
                text: name
            )
            for (column, cell) in cells.enumerated() {
                guard let cell else { continue }
                let box = Frame(
                    x: plot.x + Double(column) * width,
                    y: y,
                    width: width,
                    height: height
                )
                Self.draw(cell, box, &writer)
            }
        }
    }

    private static func draw(_ cell: Cell, _ box: Frame, _ writer: inout SVGWriter) {
        let shade = Ink.shade(cell.share)
        writer.element("g", [("class", "point")]) { writer in
            writer.element("title", [], text: cell.detail)
            writer.element(
                "rect",
                [
                    ("class", "cell"), ("x", box.x.place), ("y", box.y.place),
                    ("width", box.width.place), ("height", box.height.place),
                    ("fill", shade.fill), ("stroke", Ink.grid),
                ]
            )
            writer.element(
                "text",
                [
                    ("x", (box.x + box.width / 2).place),
                    ("y", (box.y + box.height / 2 + 4).place), ("text-anchor", "middle"),
                    ("fill", shade.text),
                ],
                text: cell.label
            )
        }
    }

    private func drawLegend(in frame: Frame, _ writer: inout SVGWriter) {
        var x = frame.x
        let y = frame.y + 22
        writer.element("text", [("x", x.place), ("y", (y + 10).place)], text: legend.low)
        x += Ink.width(of: legend.low) + 6
        for step in 0...4 {
            writer.element(
                "rect",
                [
                    ("class", "legend"), ("x", x.place), ("y", y.place), ("width", "22"),
                    ("height", "12"), ("fill", Ink.shade(Double(step) / 4).fill),
                    ("stroke", Ink.line),
                ]
            )
            x += 22
        }
        writer.element("text", [("x", (x + 6).place), ("y", (y + 10).place)], text: legend.high)
    }
}
