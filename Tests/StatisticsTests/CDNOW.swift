// SPDX-License-Identifier: Apache-2.0
import Foundation
import Statistics
import Testing

/// The customers of CDNOW (Fader and Hardie), beside the package, outside the repository.
enum CDNOW {
    private static let folder = URL(filePath: #filePath)
        .appending(path: "../../../../shared/data/cdnow").standardized

    static let isThere = FileManager.default.fileExists(atPath: folder.path)

    /// The parameters published, to three digits.
    static let published = BGNBD(r: 0.243, alpha: 4.414, a: 0.793, b: 2.426)

    /// The calibration half of the sample, with times rounded to hundredths of a week.
    static func summary() throws -> [PurchaseHistory] {
        try summaryRead.get()
    }

    private static let summaryRead = Result {
        try Data(contentsOf: folder.appending(path: "cdnow_customers_summary.csv"))
            .split(separator: 0x0A).dropFirst().map { line in
                let cells = line.split { $0 == UInt8(ascii: ",") || $0 <= 0x20 }
                    .map { String(decoding: $0, as: UTF8.self) }
                return PurchaseHistory(
                    frequency: try #require(Int(cells[1])),
                    recency: try #require(Double(cells[2])),
                    age: try #require(Double(cells[3]))
                )
            }
    }

    /// A customer of the sample: the days of purchases, from 1997-01-01 on, and what was spent.
    struct Customer {
        var purchases: [Int: Double] = [:]

        /// What was bought up to a day, in weeks.
        func history(until end: Int) -> PurchaseHistory {
            let days = purchases.keys.filter { $0 <= end }.sorted()
            return PurchaseHistory(
                frequency: days.count - 1,
                recency: Double(days[days.count - 1] - days[0]) / 7,
                age: Double(end - days[0]) / 7
            )
        }

        /// What the purchases after the first come to on average.
        func spending(until end: Int) -> Spending? {
            let days = purchases.keys.filter { $0 <= end }.sorted().dropFirst()
            guard !days.isEmpty else { return nil }
            let sum = days.reduce(0) { $0 + (purchases[$1] ?? 0) }
            return Spending(frequency: days.count, mean: sum / Double(days.count))
        }
    }

    /// 1997-09-30 and 1998-06-30, as days from 1997-01-01 on.
    static let calibrationEnd = 272
    static let end = 545

    static func customers() throws -> [Customer] {
        try loaded.get()
    }

    private static let loaded = Result { try load() }

    private static func load() throws -> [Customer] {
        var customers: [Int: Customer] = [:]
        // Split as bytes, which takes a tenth of the time of characters.
        for line in try Data(contentsOf: folder.appending(path: "CDNOW_sample.txt")).split(
            separator: 0x0A
        ) {
            let cells = line.split { $0 <= 0x20 }.map { String(decoding: $0, as: UTF8.self) }
            guard cells.count == 5, let customer = Int(cells[1]), let date = Int(cells[2]),
                let amount = Double(cells[4])
            else { continue }
            customers[customer, default: Customer()].purchases[day(date), default: 0] += amount
        }
        return customers.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The day of a date of eight digits, in 1997 or 1998.
    private static func day(_ date: Int) -> Int {
        let months = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
        return (date / 10_000 - 1997) * 365 + months[date / 100 % 100 - 1] + date % 100 - 1
    }
}

func near(_ value: Double, _ expected: Double, within tolerance: Double) -> Bool {
    abs(value - expected) <= tolerance
}
