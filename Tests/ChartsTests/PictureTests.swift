// SPDX-License-Identifier: Apache-2.0
import Charts
import TestSupport
import Testing

/// Pictures by what stands in them.
@Suite struct PictureTests {
    private static func point(_ value: Double) -> Series.Point {
        Series.Point(value: value, label: value.decimal(places: 2), detail: "detail of \(value)")
    }

    private static func bars(_ series: [[Double?]]) -> Chart {
        .bars(
            BarChart(
                "bars",
                valueAxis: "money",
                categoryAxis: "tier",
                categories: (series.first ?? []).indices.map { "category \($0)" },
                series: series.enumerated().map { place, values in
                    Series("series \(place)", values.map { $0.map(point) })
                }
            )
        )
    }

    private static func draw(_ rows: [[Chart]], title: String = "t") throws -> XMLTree {
        try XMLTree(Picture(title: title, subtitle: "s", rows: rows).svg)
    }

    @Test func `a picture has a fixed size, a title, and nothing from elsewhere`() throws {
        let svg = try Self.draw([[Self.bars([[1, 2], [3, 4]])]], title: "Profit")
        #expect(svg.attributes["xmlns"] == "http://www.w3.org/2000/svg")
        #expect(svg.attributes["viewBox"] == "0 0 900 600")
        #expect(svg.number("width") == 900)
        #expect(svg.number("height") == 600)
        #expect(svg.attributes["role"] == "img")
        #expect(svg.children.first?.name == "title")
        #expect(svg.children.first?.text == "Profit")
        for name in ["script", "image", "use", "foreignObject", "style", "a", "animate"] {
            #expect(svg.all(name).isEmpty, "\(name)")
        }
        func check(_ element: XMLTree) {
            for (name, value) in element.attributes where name != "xmlns" {
                #expect(!name.hasPrefix("on") && !name.contains("href"), "\(name)")
                #expect(!value.contains("://"), "\(name)")
            }
            element.children.forEach(check)
        }
        check(svg)
    }

    @Test func `every fill that is named is there`() throws {
        let svg = try Self.draw([[Self.bars([[1], [2], [3], [4]])]])
        let ids = Set(svg.all("pattern").compactMap { $0.attributes["id"] })
        let used = svg.all("rect").compactMap { $0.attributes["fill"] }
            .filter { $0.hasPrefix("url(") }
        #expect(used.count == 8)
        #expect(Set(used) == Set(ids.map { "url(#\($0))" }))
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "a & b", "\"quoted\" 'twice'", "]]>", "李雷 🎉", "<",
    ])
    func `texts come out as they went in`(_ text: String) throws {
        let chart = Chart.bars(
            BarChart(
                text,
                valueAxis: text,
                categoryAxis: text,
                categories: [text],
                series: [Series(text, [Series.Point(value: 1, label: text, detail: text)])]
            )
        )
        let matrix = Chart.matrix(
            MatrixChart(
                text,
                legend: (low: text, high: text),
                rowAxis: text,
                columnAxis: text,
                rows: [text],
                columns: [text],
                cells: [[MatrixChart.Cell(share: 1, label: text, detail: text)]]
            )
        )
        let svg = try Self.draw([[chart, matrix]], title: text)
        #expect(svg.texts("title") == [text, text, text])
        #expect(svg.texts("text").count { $0 == text } == 15)
        #expect(svg.all("script").isEmpty)
    }

    @Test func `what XML cannot hold becomes a mark`() throws {
        let svg = try Self.draw([], title: "a\u{0}b\u{1F}c\u{FFFE}d\ne")
        #expect(svg.texts("title") == ["a\u{FFFD}b\u{FFFD}c\u{FFFD}d e"])
    }

    @Test func `bars are as high as their values, with their numbers`() throws {
        let svg = try Self.draw([[Self.bars([[10, 5, 0, nil], [-5, 2.5, 1, 1]])]])
        let bars = svg.all("rect", of: "bar")
        let heights = bars.compactMap { $0.number("height") }
        #expect(bars.count == 7)
        let unit = heights[0] / 10
        for (height, value) in zip(heights, [10, 5, 0, 5, 2.5, 1, 1]) {
            #expect(abs(height - value * unit) < 0.2)
        }
        // The one below nothing begins where the others end.
        let floor = (bars[0].number("y") ?? 0) + heights[0]
        #expect(abs((bars[3].number("y") ?? 0) - floor) < 0.2)
        let labels = svg.all("g", of: "point").compactMap { $0.texts("text").first }
        #expect(labels == ["10", "5", "0", "-5", "2.5", "1", "1"])
        #expect(svg.all("g", of: "point").first?.texts("title") == ["detail of 10.0"])
        #expect(svg.all("rect", of: "legend").count == 2)
        for name in ["series 0", "series 1", "category 0", "category 3", "money", "tier"] {
            #expect(svg.texts("text").contains(name), "\(name)")
        }
    }

    @Test func `bars of different series differ in their patterns`() throws {
        let svg = try Self.draw([[Self.bars([[1], [1], [1], [1]])]])
        #expect(Set(svg.all("rect", of: "bar").compactMap { $0.attributes["fill"] }).count == 4)
    }

    @Test(
        arguments: [
            [], [0], [1e-9], [1e14], [-3], [0.3, 0.7], [.infinity], [.nan], [1234567.89],
        ] as [[Double]]
    )
    func `everything lies within the picture`(_ values: [Double]) throws {
        let chart = Self.bars([values])
        let lines = Chart.lines(
            LineChart(
                "lines",
                valueAxis: "v",
                categoryAxis: "c",
                categories: values.map { "\($0)" },
                series: [Series("s", values.map(Self.point))]
            )
        )
        let svg = try Self.draw([[chart, lines], [chart]])
        for rect in svg.all("rect") where rect.attributes["fill"]?.hasPrefix("#") != true {
            let (x, y) = (rect.number("x") ?? 0, rect.number("y") ?? 0)
            #expect(x >= 0 && x + (rect.number("width") ?? 0) <= 900)
            #expect(y >= 0 && y + (rect.number("height") ?? 0) <= 600)
        }
        for text in svg.all("text") {
            #expect((0...900).contains(text.number("x") ?? -1))
            #expect((0...600).contains(text.number("y") ?? -1))
        }
    }

    @Test func `a line has a mark and a number at each point, and a gap where there is none`()
        throws
    {
        let values: [Double?] = [0.25, 0.5, nil, 1, 0.75]
        let svg = try Self.draw([
            [
                .lines(
                    LineChart(
                        "lines",
                        valueAxis: "share",
                        categoryAxis: "month",
                        categories: ["0", "1", "2", "3", "4"],
                        series: [
                            Series("all", values.map { $0.map(Self.point) }),
                            Series("some", values.map { _ in Self.point(0.5) }),
                        ]
                    )
                )
            ]
        ])
        let lines = svg.all("polyline", of: "line")
        #expect(lines.map { $0.attributes["points"]?.split(separator: " ").count } == [2, 2, 5])
        #expect(Set(lines.compactMap { $0.attributes["stroke-dasharray"] }).count == 2)
        let points = svg.all("g", of: "point")
        #expect(points.count == 9)
        #expect(points.prefix(4).flatMap { $0.texts("text") } == ["0.25", "0.5", "1", "0.75"])
        #expect(points.prefix(4).allSatisfy { $0.all("circle").count == 1 })
        #expect(points.suffix(5).allSatisfy { $0.all("polygon").count == 1 })
        let heights = points.prefix(4).compactMap { $0.all("circle").first?.number("cy") }
        #expect(abs((heights[0] - heights[1]) - (heights[3] - heights[2])) < 0.2)
    }

    @Test func `a cell is the darker the larger its share, and its number can be read on it`()
        throws
    {
        let shares = [0, 0.2, 0.6, 1, 7, .nan]
        let cells = shares.map { MatrixChart.Cell(share: $0, label: "\($0)", detail: "d") }
        let svg = try Self.draw([
            [
                .matrix(
                    MatrixChart(
                        "matrix",
                        legend: (low: "few", high: "many"),
                        rowAxis: "from",
                        columnAxis: "to",
                        rows: ["a", "b"],
                        columns: ["1", "2", "3", "4", "5", "6"],
                        cells: [cells, [nil, cells[0]]]
                    )
                )
            ]
        ])
        #expect(svg.all("rect", of: "cell").count == 7)
        let points = svg.all("g", of: "point")
        let greens = points.compactMap { point in
            point.all("rect").first?.attributes["fill"]?.split(separator: ",").dropFirst().first
                .flatMap { Int($0) }
        }
        #expect(greens == [255, 219, 146, 74, 74, 255, 255])
        let inks = points.compactMap { $0.all("text").first?.attributes["fill"] }
        #expect(inks.map { $0 == "#ffffff" } == [false, false, true, true, true, false, false])
        #expect(svg.all("rect", of: "legend").count == 5)
        for name in ["few", "many", "from", "to", "a", "b", "6"] {
            #expect(svg.texts("text").contains(name), "\(name)")
        }
    }

    @Test func `says so where there is nothing to show`() throws {
        let svg = try Self.draw([])
        #expect(svg.texts("text").contains("There is nothing to show yet."))
    }

    @Test(
        arguments: [
            (0, 2, "0"), (1.5, 0, "2"), (1.5, 1, "1.5"), (-0.25, 2, "-0.25"), (0.049, 2, "0.05"),
            (1.005, 1, "1"), (100, 1, "100"), (1.0 / 3, 3, "0.333"), (.nan, 1, "0"),
            (-0.04, 1, "0"),
        ] as [(Double, Int, String)]
    )
    func `numbers have so many decimals at most`(_ number: Double, _ places: Int, _ text: String) {
        #expect(number.decimal(places: places) == text)
    }
}
