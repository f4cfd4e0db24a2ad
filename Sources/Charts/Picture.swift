// SPDX-License-Identifier: Apache-2.0

/// A picture that stands on its own: title, charts in rows, each with its axes and its legend.
///
/// It has a fixed size, no script, no link and nothing from elsewhere. Whatever is told by a colour
/// is told by a pattern, a shape or a number as well.
package struct Picture: Sendable {
    package static let width = 900.0
    package static let height = 600.0
    private static let margin = 16.0
    private static let headHeight = 58.0

    private let title: String
    private let subtitle: String
    private let rows: [[Chart]]

    /// Without rows the picture says that there is nothing to show.
    package init(title: String, subtitle: String, rows: [[Chart]]) {
        self.title = title
        self.subtitle = subtitle
        self.rows = rows
    }

    /// The picture as an SVG document in UTF-8.
    package var svg: [UInt8] {
        var writer = SVGWriter()
        writer.element(
            "svg",
            [
                ("xmlns", "http://www.w3.org/2000/svg"),
                ("width", Self.width.place),
                ("height", Self.height.place),
                ("viewBox", "0 0 \(Self.width.place) \(Self.height.place)"),
                ("role", "img"),
                ("aria-labelledby", "title desc"),
                ("font-family", "sans-serif"),
                ("font-size", "11"),
                ("fill", Ink.text),
            ]
        ) { writer in
            writer.element("title", [("id", "title")], text: title)
            writer.element("desc", [("id", "desc")], text: subtitle)
            writer.element("defs", []) { Ink.define(&$0) }
            writer.element(
                "rect",
                [("width", Self.width.place), ("height", Self.height.place), ("fill", "#ffffff")]
            )
            writer.element(
                "text",
                [
                    ("x", Self.margin.place), ("y", "28"), ("font-size", "20"),
                    ("font-weight", "bold"),
                ],
                text: title
            )
            writer.element(
                "text",
                [("x", Self.margin.place), ("y", "47"), ("font-size", "12")],
                text: subtitle
            )
            draw(&writer)
        }
        return Array(writer.text.utf8)
    }

    private func draw(_ writer: inout SVGWriter) {
        guard !rows.isEmpty else {
            let middle = (Self.width / 2).place
            writer.element(
                "text",
                [
                    ("x", middle), ("y", (Self.height / 2).place), ("text-anchor", "middle"),
                    ("font-size", "16"),
                ],
                text: "There is nothing to show yet."
            )
            return
        }
        let height = (Self.height - Self.headHeight - Self.margin / 2) / Double(rows.count)
        for (place, charts) in rows.enumerated() {
            let width = (Self.width - 2 * Self.margin) / Double(charts.count)
            for (column, chart) in charts.enumerated() {
                let frame = Frame(
                    x: Self.margin + Double(column) * width,
                    y: Self.headHeight + Double(place) * height,
                    width: width - (column + 1 < charts.count ? Self.margin : 0),
                    height: height - Self.margin / 2
                )
                writer.element("g", []) { chart.draw(in: frame, &$0) }
            }
        }
    }
}

/// A chart of a picture.
package enum Chart: Sendable {
    case bars(BarChart)
    case lines(LineChart)
    case matrix(MatrixChart)

    fileprivate func draw(in frame: Frame, _ writer: inout SVGWriter) {
        switch self {
        case .bars(let chart): chart.draw(in: frame, &writer)
        case .lines(let chart): chart.draw(in: frame, &writer)
        case .matrix(let chart): chart.draw(in: frame, &writer)
        }
    }
}

/// A rectangle of a picture.
struct Frame {
    let x: Double
    let y: Double
    let width: Double
    let height: Double

    var right: Double { x + width }
    var bottom: Double { y + height }

    /// The rectangle within these margins.
    func inset(left: Double, top: Double, right: Double, bottom: Double) -> Frame {
        Frame(
            x: x + left,
            y: y + top,
            width: max(1, width - left - right),
            height: max(1, height - top - bottom)
        )
    }
}

/// How things are drawn so that they differ without their colours, too.
enum Ink {
    static let text = "#1a1a1a"
    static let line = "#8a8a8a"
    static let grid = "#dddddd"
    static let bar = "#1f5a8a"

    private static let patterns = ["bar-0", "bar-1", "bar-2", "bar-3"]
    private static let dashes = ["none", "6 3", "2 3", "8 3 2 3"]

    /// The fill of a series of bars: plain, hatched, dotted, white.
    static func fill(of series: Int) -> String {
        "url(#\(patterns[series % patterns.count]))"
    }

    static func dash(of series: Int) -> String {
        dashes[series % dashes.count]
    }

    static func define(_ writer: inout SVGWriter) {
        for (place, name) in patterns.enumerated() {
            writer.element(
                "pattern",
                [
                    ("id", name), ("width", "6"), ("height", "6"),
                    ("patternUnits", "userSpaceOnUse"),
                ]
            ) { writer in
                let ground = place == 0 ? bar : "#ffffff"
                writer.element("rect", [("width", "6"), ("height", "6"), ("fill", ground)])
                switch place {
                case 1:
                    writer.element(
                        "path",
                        [
                            ("d", "M-1 7L7 -1M-1 1L1 -1M5 7L7 5"), ("stroke", bar),
                            ("stroke-width", "2"),
                        ]
                    )
                case 2:
                    writer.element(
                        "circle",
                        [("cx", "3"), ("cy", "3"), ("r", "1.5"), ("fill", bar)]
                    )
                default: break
                }
            }
        }
    }

    /// White for 0 and dark for 1, with a text upon it that can be read.
    static func shade(_ value: Double) -> (fill: String, text: String) {
        let share = min(max(value.isFinite ? value : 0, 0), 1)
        let (low, high) = ([255.0, 255.0, 255.0], [22.0, 74.0, 120.0])
        let parts = zip(low, high).map { low, high in Int((low + (high - low) * share).rounded()) }
        return ("rgb(\(parts[0]),\(parts[1]),\(parts[2]))", share > 0.5 ? "#ffffff" : text)
    }

    /// About how wide a text of the small size is.
    static func width(of text: String) -> Double {
        text.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x2E80 ? 11.5 : 6.3) }
    }
}
