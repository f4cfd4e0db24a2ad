// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

@Suite struct TimelineTests {
    @Test func `shows what happened with a customer, newest first`() throws {
        try withServer { client in
            try client.customer()
            try client.customer()
            for customer in [1, 2] {
                try client.create(
                    "/v1/orders",
                    """
                    {"customerId": \(customer), "placedAt": "2026-11-20T00:00:00Z", "total": "5"}
                    """
                )
            }
            try client.create(
                "/v1/complaints",
                """
                {"customerId": 1, "channel": "web", "subject": "late",
                 "receivedAt": "2026-11-22T00:00:00Z"}
                """
            )
            try client.create(
                "/v1/interactions",
                """
                {"customerId": 1, "direction": "inbound", "content": "idea", "channel": "visit",
                 "occurredAt": "2026-11-20T00:00:00Z", "summary": "came by"}
                """
            )
            let expected: [JSON] = [
                [
                    "type": "complaint", "at": "2026-11-22T00:00:00.000Z", "id": 1, "text": "late",
                    "channel": "web",
                ],
                ["type": "order", "at": "2026-11-20T00:00:00.000Z", "id": 1, "total": "5.00"],
                [
                    "type": "interaction", "at": "2026-11-20T00:00:00.000Z", "id": 1,
                    "text": "came by", "channel": "visit",
                ],
            ]
            let path = "/v1/customers/1/timeline"
            // Each sees what it may read elsewhere.
            #expect(try client.as(.reader).get(path).items.isEmpty)
            let withoutOrders = expected.filter { $0["type"] != "order" }
            #expect(try client.as(.agent).get(path).items == withoutOrders)
            #expect(try client.as(.manager).get(path).items == expected)
            #expect(try client.all(path, limit: 1) == expected)
            #expect(try client.all(path + "?sort=at", limit: 1) == expected.reversed())
            #expect(try client.get(path + "?count=exact").json["count"] == 3)
            try client.check([
                Case("no token", "GET", path, by: nil, is: 401, "unauthorized"),
                Case("no such customer", "GET", "/v1/customers/9/timeline", is: 404, "not-found"),
                Case("another method", "POST", path, "{}", is: 405, "method-not-allowed"),
                .refused("an unknown parameter", query: path + "?type=order", "type"),
                .refused("another order", query: path + "?sort=id", "sort"),
            ])
        }
    }
}
