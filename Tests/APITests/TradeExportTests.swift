// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// The lists of trade as tables and lines.
@Suite struct TradeExportTests {
    private static let lists: [(path: String, header: String)] = [
        (
            "/v1/payments",
            "id,orderId,customerId,externalId,amount,paidAt,reversesId,reason,version,createdAt"
        ),
        (
            "/v1/refunds",
            "id,orderId,customerId,externalId,kind,amount,cost,lines,reason,refundedAt,"
        ),
        ("/v1/expenses", "id,customerId,externalId,amount,spentAt,purpose,reversesId,reason,"),
        ("/v1/plans", "id,customerId,period,"),
        ("/v1/customers/1/category-spend", "id,customerId,category,amount,per,source,asOf,"),
    ]

    private static func fill(_ client: TestClient) throws {
        _ = try client.customer()
        try client.create(
            "/v1/orders",
            #"""
            {"customerId": 1, "placedAt": "2026-11-01T00:00:00Z",
             "lines": [{"sku": "a", "quantity": 9, "unitPrice": "5", "unitCost": "1"}]}
            """#
        )
        for number in 1...2 {
            try client.create("/v1/payments", #"{"orderId": 1, "amount": "\#(number)"}"#)
            let pieces = #"{"lines": [{"sku": "a", "quantity": \#(number)}], "reason": "=x"}"#
            _ = try client.post("/v1/orders/1/refunds", pieces)
            try client.create(
                "/v1/expenses",
                #"""
                {"customerId": 1, "amount": "\#(number)", "spentAt": "2026-11-01T00:00:00Z",
                 "purpose": "dinner"}
                """#
            )
            _ = try client.put("/v1/plans/1/202\(number)", #"{"salesTarget": "1"}"#)
            _ = try client.put(
                "/v1/customers/1/category-spend/c\(number)",
                #"{"amount": "1", "per": "year", "source": "stated", "asOf": "2026-11-01"}"#
            )
        }
    }

    @Test func `whoever may export has all rows of a list of trade`() throws {
        try withServer { client in
            try Self.fill(client)
            for (path, header) in Self.lists {
                let rows = try client.get(path).items
                #expect(rows.count == 2, "\(path)")
                let steward = client.as(.steward)
                let lines = try steward.get(path, ["accept": "application/x-ndjson"]).lines
                let told = try lines.map { try JSONReader.read(Array($0.utf8)) }
                #expect(told == rows, "\(path)")
                let table = try steward.get(path + "?format=csv").lines
                #expect(table.count == 3, "\(path)")
                #expect(table.first?.hasPrefix(header) == true, "\(path): \(table)")
                let manager = try client.as(.manager).get(path + "?format=csv")
                #expect(manager.status == 403)
                #expect(manager.json["scope"] == "exports")
                #expect(try steward.get(path + "?format=csv&limit=1").status == 400)
            }
        }
    }
}
