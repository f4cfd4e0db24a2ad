// SPDX-License-Identifier: Apache-2.0
import HTTP
import Service
import Testing

@Suite struct SlowReadsTests {
    private static let slow = Request(path: "/v1/customers", query: "q=a&count=exact")
    private static let template = "/v1/customers"

    @Test func `a kind is a route with the names of its parameters`() {
        var reads = SlowReads()
        let before = reads.expects(Self.slow, on: Self.template)
        reads.add(Self.slow, on: Self.template)
        let sameNames = reads.expects(
            Request(path: "/v1/customers", query: "count=none&q=b"),
            on: Self.template
        )
        let otherNames = reads.expects(
            Request(path: "/v1/customers", query: "q=a"),
            on: Self.template
        )
        let otherRoute = reads.expects(Self.slow, on: "/v1/complaints")
        #expect([before, sameNames, otherNames, otherRoute] == [false, true, false, false])
    }

    @Test func `each time one is caught twice as many are sent on`() {
        var reads = SlowReads()
        var sent: [Int] = []
        for _ in 0..<6 {
            reads.add(Self.slow, on: Self.template)
            var count = 0
            while reads.expects(Self.slow, on: Self.template) { count += 1 }
            sent.append(count)
        }
        #expect(sent == [16, 32, 64, 128, 128, 128])
    }
}
