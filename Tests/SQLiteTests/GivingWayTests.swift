// SPDX-License-Identifier: Apache-2.0
import SQLite
import Testing

@Suite struct GivingWayTests {
    @Test(arguments: [0, 1, 3, 4, 7])
    func `elements are those of the sequence, in order`(count: Int) {
        #expect(Array((0..<count).givingWay(every: 3)) == Array(0..<count))
    }
}
