// SPDX-License-Identifier: Apache-2.0
import FuzzProperties
import Testing

@Suite struct CorpusTests {
    @Test(arguments: [Property.csv, .text, .lines])
    func `holds for each input of its fuzz corpus`(_ property: Property) throws {
        let seeds = try property.seeds()
        #expect(seeds.count >= 10)
        for seed in seeds {
            #expect(throws: Never.self, "\(seed.name)") { try property.check(seed.bytes) }
        }
    }
}
