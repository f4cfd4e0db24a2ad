// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import SQLite
import Testing

/// What the business makes of rows, whatever they were read from.
@Suite struct ImportServiceTests {
    private static let now = TierBase.now

    private static let occasion = Occasion(at: now, actor: "test", requestID: "r-1")

    /// Writes down ranges as `1-3 5-5`.
    private static func text(_ ranges: IDRanges) -> String {
        ranges.all.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: " ")
    }

    private static func service() -> ImportService {
        let services = PlainServices()
        return ImportService(
            rules: services.importRules,
            journal: Journal(),
            descriptions: ImportService.Descriptions(
                imports: { "\($0 == nil ? "new" : "done") \($1.counts.created)" },
                chunk: { text($1.created) + ";" + text($1.updated) + ";" + text($1.prospects) }
            )
        )
    }

    private static func order(
        _ line: Int,
        _ customer: String,
        _ id: String,
        fen: Int64 = 1,
        late: Int64 = 0
    ) -> ImportRow<NewOrder> {
        let order = NewOrder(
            customer: .success(.externalID(customer)),
            externalID: id,
            placedAt: now.adding(milliseconds: late),
            total: Money(rawValue: fen)
        )
        return ImportRow(line: line, .record(order))
    }

    @Test func `a chunk is journalled by the ranges of its ids`() throws {
        try withTierBase { base throws in
            let service = Self.service()
            let rows = [
                Self.order(2, "A", "O-1"), Self.order(3, "B", "O-2"),
                Self.order(4, "A", "O-1", fen: 2), Self.order(5, "D", "O-4", late: 1),
                Self.order(6, "C", "O-3"),
                ImportRow(line: 7, .refused([ServiceError.Refusal("/total", "is odd")])),
            ]
            let report = try base.writer.write { transaction in
                let id = try service.start(.orders, .partial, by: Self.occasion, in: transaction).id
                let report = try service.apply(
                    rows[...],
                    of: id,
                    by: Self.occasion,
                    in: transaction
                )
                _ = try service.finish(id, by: Self.occasion, in: transaction)
                return report
            }
            #expect(report.counts.created == 3)
            #expect(report.counts.updated == 1)
            #expect(report.counts.prospects == 3)
            #expect(report.rejections.map(\.line) == [5, 7])
            let events = try base.reader.read { snapshot in
                try Journal().events(after: 0, limit: 10, in: snapshot)
            }
            #expect(events.map(\.changes) == ["new 0", "1-3;1-1;1-3", "done 3"])
        }
    }
}
