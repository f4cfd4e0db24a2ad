// SPDX-License-Identifier: Apache-2.0

/// Bars side by side for each category, one of each series, with their numbers above them.
package struct BarChart: Sendable {
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
        let points = series.flatMap { $0.points.compactMap { $0 } }
        let widest = points.map { Ink.width(of: $0.label) }.max() ?? 0
        let room = frame.width / Double(max(categories.count, 1)) / Double(series.count + 1)
        // A number that is wider than its bar stands upright.
        let isUpright = widest > room * 1.15
        let axes = Axes(
            title,
            values: (valueAxis, Scale(points.map(\.value))),
            categories: (categoryAxis, categories),
            headroom: isUpright ? widest + 4 : 12,
            in: frame
        )
        axes.draw(
            series,
            swatch: { place, box, writer in Self.rect(box, place, "legend", &writer) },
            &writer
        )
        let width = axes.slot / Double(series.count + 1)
        for (place, series) in series.enumerated() {
            for (category, point) in series.points.enumerated() {
                guard let point else { continue }
                let left = axes.middle(of: category) - width * Double(self.series.count) / 2
                let (y, zero) = (axes.y(of: point.value), axes.y(of: 0))
                let box = Frame(
                    x: left + Double(place) * width,
                    y: min(y, zero),
                    width: width * 0.92,
                    height: abs(zero - y)
                )
                writer.element("g", [("class", "point")]) { writer in
                    writer.element("title", [], text: point.detail)
                    Self.rect(box, place, "bar", &writer)
                    let (x, top) = (box.x + box.width / 2, min(y, zero) - 4)
                    var attributes: [SVGWriter.Attribute] = [
                        ("x", x.place), ("y", top.place), ("text-anchor", "middle"),
                    ]
                    if isUpright {
                        let x = (x + 4).place
                        attributes = [
                            ("x", x), ("y", top.place),
                            ("transform", "rotate(-90 \(x) \(top.place))"),
                        ]
                    }
                    writer.element("text", attributes, text: point.label)
                }
            }
        }
    }

    private static func rect(
        _ box: Frame,
        _ series: Int,
        _ kind: String,
        _ writer: inout SVGWriter
    ) {
        writer.element(
            "rect",
            [
                ("class", kind), ("x", box.x.place), ("y", box.y.place),
                ("width", box.width.place), ("height", box.height.place),
                ("fill", Ink.fill(of: series)), ("stroke", Ink.bar),
            ]
        )
    }
}
