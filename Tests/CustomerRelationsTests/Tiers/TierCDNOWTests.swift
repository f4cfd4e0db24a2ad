// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Foundation
import SQLite
import Testing

/// A real data set: 69,659 purchases of 23,570 customers (Fader and Hardie, CDNOW).
@Suite struct TierCDNOWTests {
    /// Beside the package, outside the repository.
    private static let file = URL(filePath: #filePath)
        .appending(path: "../../../../../shared/data/cdnow/CDNOW_master.txt").standardized

    private static let isThere = FileManager.default.fileExists(atPath: file.path)

    @Test(.enabled(if: isThere, "../shared/data/cdnow is not there"))
    func `equals an independent recomputation`() throws {
        let purchases = try Self.purchases()
        let expected = try Self.tiers(of: purchases, from: "19970701", until: "19980701")
        try withTierBase { base in
            try Self.load(purchases, into: base)
            try base.assess(asOf: "1998-07-01", months: 12)
            let found = try base.standings().map { standing in
                "\(standing.customer.rawValue) \(standing.tier) \(standing.abc.rawValue)"
            }
            #expect(found.count == 23_570)
            #expect(found == expected)
        }
    }

    private struct Purchase {
        let customer: Int64
        /// Eight digits.
        let date: String
        /// With two decimals.
        let amount: String
    }

    private static func purchases() throws -> [Purchase] {
        let bytes = try Data(contentsOf: file)
        // Split as bytes, which takes a tenth of the time of characters.
        return bytes.split(separator: 0x0A).dropFirst().compactMap { line in
            let cells = line.split { $0 <= 0x20 }.map { String(decoding: $0, as: UTF8.self) }
            guard cells.count == 4, let customer = Int64(cells[0]) else { return nil }
            return Purchase(customer: customer, date: cells[1], amount: cells[3])
        }
    }

    private static func load(_ purchases: [Purchase], into base: TierBase) throws {
        var starts: [String: Instant] = [:]
        var rows: [StoredValue] = []
        for purchase in purchases {
            if starts[purchase.date] == nil {
                let digits = Array(purchase.date)
                let day = String(digits[..<4] + "-" + digits[4..<6] + "-" + digits[6...])
                starts[purchase.date] = try base.instant(day)
            }
            let at = try #require(starts[purchase.date])
            let total = try #require(Money(purchase.amount))
            rows += [.integer(purchase.customer), at.stored, total.stored]
        }
        try base.addCustomers(Set(purchases.map(\.customer)).sorted())
        try base.writer.write { [rows] transaction in
            for start in stride(from: 0, to: rows.count, by: 3_000) {
                let piece = Array(rows[start..<min(start + 3_000, rows.count)])
                let places = stride(from: 1, to: piece.count, by: 3).map { place in
                    "($\(place), $\(place + 1), $\(place + 2), 'prepaid', 1, 0, 0)"
                }
                try transaction.run(
                    """
                    INSERT INTO customer_order (customer_id, placed_at, total, terms, version,
                        created_at, updated_at)
                    VALUES \(places.joined(separator: ", "))
                    """,
                    values: piece
                )
            }
        }
    }

    /// Customer, tier and class by rank, reckoned in decimals over a dictionary.
    private static func tiers(
        of purchases: [Purchase],
        from start: String,
        until end: String
    ) throws -> [String] {
        var amounts: [Int64: Decimal] = [:]
        for purchase in purchases {
            let counts = start <= purchase.date && purchase.date < end
            let amount = counts ? try #require(Decimal(string: purchase.amount)) : 0
            amounts[purchase.customer, default: 0] += amount
        }
        let ranked = amounts.sorted { one, other in
            one.value == other.value ? one.key < other.key : one.value > other.value
        }
        let total = ranked.reduce(Decimal(0)) { $0 + $1.value }
        let eighty = total / 100 * 80
        let ninetyFive = total / 100 * 95
        var sum = Decimal(0)
        return ranked.map { customer, amount in
            defer { sum += amount }
            // Cost is not known and the margin 100 %: profit and amount are the same.
            if amount > 0, sum < eighty { return "\(customer) key A" }
            if amount > 0, sum < ninetyFive { return "\(customer) ordinary B" }
            return "\(customer) small C"
        }
    }
}
