// SPDX-License-Identifier: Apache-2.0

/// A line for each series from category to category, with marks and numbers at its points.
package struct LineChart: Sendable {
    private let title: String
    private let valueAxis: String
    private let categoryAxis: String
    private let categories: [String]
    private let series: [Series]

    package init(
        _ title: String,
        valueAxis: String,
        categoryAxis: String,
        categories: [String],
        series: [Series]
    ) {
        self.title = title
        self.valueAxis = valueAxis
        self.categoryAxis = categoryAxis
        self.categories = categories
        self.series = series
    }

    func draw(in frame: Frame, _ writer: inout SVGWriter) {
        let axes = Axes(
            title,
            values: (
                valueAxis,
                Scale(series.flatMap { $0.points.compactMap { $0?.value } })
            ),
            categories: (categoryAxis, categories),
            headroom: 12,
            in: frame
        )
        axes.draw(
            series,
            swatch: { place, box, writer in
                let y = box.y + box.height / 2
                Self.line([(box.x, y), (box.right, y)], place, "legend", &writer)
                Self.mark(box.x + box.width / 2, y, place, &writer)
            },
            &writer
        )
        for (place, series) in series.enumerated() {
            // A gap in the points is a gap in the line.
            var stretch: [(Double, Double)] = []
            for (category, point) in series.points.enumerated() {
                if let point {
                    stretch.append((axes.middle(of: category), axes.y(of: point.value)))
                } else {
                    Self.line(stretch, place, "line", &writer)
                    stretch = []
                }
            }
            Self.line(stretch, place, "line", &writer)
            for (category, point) in series.points.enumerated() {
                guard let point else { continue }
                let (x, y) = (axes.middle(of: category), axes.y(of: point.value))
                writer.element("g", [("class", "point")]) { writer in
                    writer.element("title", [], text: point.detail)
                    Self.mark(x, y, place, &writer)
                    writer.element(
                        "text",
                        [("x", x.place), ("y", (y - 7).place), ("text-anchor", "middle")],
                        text: point.label
                    )
                }
            }
        }
    }

    private static func line(
        _ points: [(Double, Double)],
        _ series: Int,
        _ kind: String,
        _ writer: inout SVGWriter
    ) {
        guard points.count > 1 else { return }
        writer.element(
            "polyline",
            [
                ("class", kind),
                ("points", points.map { "\($0.0.place),\($0.1.place)" }.joined(separator: " ")),
                ("fill", "none"), ("stroke", Ink.bar), ("stroke-width", "2"),
                ("stroke-dasharray", Ink.dash(of: series)),
            ]
        )
    }

    /// A circle, a square, a diamond or a triangle.
    private static func mark(_ x: Double, _ y: Double, _ series: Int, _ writer: inout SVGWriter) {
        let corners: [(Double, Double)]
        switch series % 4 {
        case 1: corners = [(-4, -4), (4, -4), (4, 4), (-4, 4)]
        case 2: corners = [(0, -5), (5, 0), (0, 5), (-5, 0)]
        case 3: corners = [(0, -5), (5, 4), (-5, 4)]
        default:
            writer.element(
                "circle",
                [("cx", x.place), ("cy", y.place), ("r", "4"), ("fill", Ink.bar)]
            )
            return
        }
        let points = corners.map { "\((x + $0.0).place),\((y + $0.1).place)" }
        writer.element(
            "polygon",
            [("points", points.joined(separator: " ")), ("fill", "#ffffff"), ("stroke", Ink.bar)]
        )
    }
}
