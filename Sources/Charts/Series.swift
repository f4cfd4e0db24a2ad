// SPDX-License-Identifier: Apache-2.0

/// Values of one kind, one for each category.
package struct Series: Sendable {
    package struct Point: Sendable {
        package let value: Double
        /// The number as it is written beside the point.
        package let label: String
        /// What a reader is told who points at it.
        package let detail: String

        package init(value: Double, label: String, detail: String) {
            self.value = value.isFinite ? value : 0
            self.label = label
            self.detail = detail
        }
    }

    package let name: String
    /// Nil where there is nothing to tell of a category.
    package let points: [Point?]

    package init(_ name: String, _ points: [Point?]) {
        self.name = name
        self.points = points
    }
}

/// The vertical axis of a chart: from 0, or the least value below it, up to a round number.
struct Scale {
    let ticks: [Double]
    private let places: Int

    /// Some four steps of 1, 2 or 5 times a power of ten.
    init(_ values: [Double]) {
        let low = min(0, values.min() ?? 0)
        var high = max(0, values.max() ?? 0)
        if high == low { high = low + 1 }
        var step = 1.0
        var places = 0
        let wanted = (high - low) / 4
        while step * 10 <= wanted { step *= 10 }
        while step > wanted, places < 9 {
            step /= 10
            places += 1
        }
        if step * 5 <= wanted {
            step *= 5
        } else if step * 2 <= wanted {
            step *= 2
        }
        let first = Int((low / step).rounded(.down))
        let last = Int((high / step).rounded(.up))
        ticks = (first...max(last, first + 1)).map { Double($0) * step }
        self.places = places
    }

    /// How far up a value lies, from 0 to 1.
    func height(of value: Double) -> Double {
        guard let low = ticks.first, let high = ticks.last else { return 0 }
        return (value - low) / (high - low)
    }

    func label(of tick: Double) -> String { tick.decimal(places: places) }
}

/// The frame of a chart with two axes: title, legend, grid, categories, and the place that is left
/// for the values.
struct Axes {
    let title: String
    let valueAxis: String
    let categoryAxis: String
    let categories: [String]
    let scale: Scale
    let plot: Frame
    private let frame: Frame

    /// `headroom` is kept free above the highest value, for its label.
    init(
        _ title: String,
        values: (axis: String, scale: Scale),
        categories: (axis: String, names: [String]),
        headroom: Double,
        in frame: Frame
    ) {
        self.title = title
        valueAxis = values.axis
        categoryAxis = categories.axis
        self.categories = categories.names
        scale = values.scale
        self.frame = frame
        let labels = scale.ticks.map { values.scale.label(of: $0) }
        let widest = labels.map { Ink.width(of: $0) }.max() ?? 0
        plot = frame.inset(left: widest + 26, top: 44 + headroom, right: 6, bottom: 34)
    }

    /// The width of a category.
    var slot: Double { plot.width / Double(max(categories.count, 1)) }

    func middle(of category: Int) -> Double { plot.x + (Double(category) + 0.5) * slot }

    func y(of value: Double) -> Double { plot.bottom - scale.height(of: value) * plot.height }

    func draw(
        _ series: [Series],
        swatch: (Int, Frame, inout SVGWriter) -> Void,
        _ writer: inout SVGWriter
    ) {
        writer.element(
            "text",
            [
                ("x", frame.x.place), ("y", (frame.y + 14).place), ("font-size", "14"),
                ("font-weight", "bold"),
            ],
            text: title
        )
        var x = frame.x
        for (place, series) in series.enumerated() {
            let box = Frame(x: x, y: frame.y + 22, width: 22, height: 12)
            swatch(place, box, &writer)
            writer.element(
                "text",
                [("x", (x + 28).place), ("y", (frame.y + 32).place)],
                text: series.name
            )
            x += 28 + Ink.width(of: series.name) + 16
        }
        for tick in scale.ticks {
            let y = y(of: tick)
            writer.element(
                "line",
                [
                    ("x1", plot.x.place), ("y1", y.place), ("x2", plot.right.place),
                    ("y2", y.place), ("stroke", tick == 0 ? Ink.line : Ink.grid),
                ]
            )
            writer.element(
                "text",
                [("x", (plot.x - 6).place), ("y", (y + 4).place), ("text-anchor", "end")],
                text: scale.label(of: tick)
            )
        }
        for (place, name) in categories.enumerated() {
            writer.element(
                "text",
                [
                    ("x", middle(of: place).place), ("y", (plot.bottom + 14).place),
                    ("text-anchor", "middle"),
                ],
                text: name
            )
        }
        writer.element(
            "text",
            [
                ("x", (plot.x + plot.width / 2).place), ("y", (plot.bottom + 29).place),
                ("text-anchor", "middle"), ("font-style", "italic"),
            ],
            text: categoryAxis
        )
        let (x0, y0) = ((frame.x + 11).place, (plot.y + plot.height / 2).place)
        writer.element(
            "text",
            [
                ("x", x0), ("y", y0), ("text-anchor", "middle"), ("font-style", "italic"),
                ("transform", "rotate(-90 \(x0) \(y0))"),
            ],
            text: valueAxis
        )
    }
}
