// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Testing

/// However a file is cut into chunks, the outcome is the same.
@Suite struct ImportChunkTests {
    @Test(arguments: 0..<12)
    func `the cut does not show`(_ seed: Int) throws {
        var generator = Generator(state: UInt64(seed) &* 7_919 &+ 1)
        let text = Self.orders(&generator)
        let whole = try fromImportBase { base in try Self.outcome(of: text, 8_000, in: base) }
        let cut = Int.random(in: 1...9, using: &generator)
        let pieces = try fromImportBase { base in try Self.outcome(of: text, cut, in: base) }
        #expect(pieces == whole)
    }

    private struct Outcome: Equatable {
        let first: [Int]
        let faults: [String]
        let again: [Int]
        let orders: [String]
    }

    private static func outcome(
        of text: String,
        _ chunkSize: Int,
        in base: ImportBase
    ) throws -> Outcome {
        let first = try base.take(.orders, text, chunkSize: chunkSize)
        let again = try base.take(.orders, text, chunkSize: chunkSize)
        let orders = try base.export(.orders).split(separator: "\r\n").map(String.init).sorted()
        return Outcome(
            first: first.figures,
            faults: first.faults,
            again: again.figures,
            orders: orders
        )
    }

    /// Few customers, days and amounts, so that there are twins, doubles and contradictions.
    private static func orders(_ generator: inout Generator) -> String {
        var lines = ["customerExternalId,customerId,externalId,placedAt,total,terms"]
        for _ in 0..<60 {
            let customer = Int.random(in: 0...4, using: &generator)
            let name = Bool.random(using: &generator) ? "N-\(customer)," : ",\(customer)"
            let order = Int.random(in: 0...20, using: &generator)
            let id = order < 8 ? "O-\(order)" : ""
            let day = Int.random(in: 1...2, using: &generator)
            let total = ["1", "2", "-1"].randomElement(using: &generator) ?? ""
            let terms = ["", "credit"].randomElement(using: &generator) ?? ""
            lines.append("\(name),\(id),2026-01-0\(day),\(total),\(terms)")
        }
        return lines.joined(separator: "\n")
    }

    /// SplitMix64, so that a failure can be had again.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }
}
