// SPDX-License-Identifier: Apache-2.0

/// A city in which demo customers live, with what its landlines look like.
struct City: Sendable {
    let name: String
    let areaCode: String
    /// The digits of a number behind the area code.
    let digits: Int
    /// The tag of its part of the country.
    let region: String

    static func draw(_ random: inout SplitMix64) -> City {
        all.draw(&random)
    }

    private static let all = Weighted<City>(
        table.split(separator: "\n").map { line in
            let cells = line.split(separator: " ").map(String.init)
            let city = City(
                name: cells[0],
                areaCode: cells[1],
                digits: Int(cells[2]) ?? 8,
                region: cells[3]
            )
            return (city, Double(cells[4]) ?? 1)
        }
    )

    /// Name, area code, digits behind it, region, weight.
    private static let table = """
        上海 021 8 华东 22
        杭州 0571 8 华东 12
        苏州 0512 8 华东 9
        南京 025 8 华东 8
        宁波 0574 8 华东 5
        合肥 0551 8 华东 3
        绍兴 0575 8 华东 2
        北京 010 8 华北 9
        天津 022 8 华北 3
        保定 0312 7 华北 1
        深圳 0755 8 华南 8
        广州 020 8 华南 7
        珠海 0756 7 华南 2
        武汉 027 8 华中 5
        长沙 0731 8 华中 3
        成都 028 8 西部 6
        西安 029 8 西部 3
        昆明 0871 8 西部 2
        沈阳 024 8 东北 2
        丹东 0415 7 东北 1
        """
}
