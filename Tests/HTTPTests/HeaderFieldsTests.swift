// SPDX-License-Identifier: Apache-2.0
import HTTP
import Testing

@Suite struct HeaderFieldsTests {
    @Test func `keeps order and repeated names`() {
        var fields: HeaderFields = ["B": "1", "a": "2"]
        fields.append("b", "3")
        #expect(fields.map(\.name) == ["b", "a", "b"])
        #expect(fields.map(\.value) == ["1", "2", "3"])
        #expect(fields["b"] == "1, 3")
        #expect(fields["a"] == "2")
        #expect(fields.values(of: "b") == ["1", "3"])
        #expect(fields["c"] == nil)
        #expect(fields.values(of: "c").isEmpty)
        #expect(fields.contains("a") && !fields.contains("c"))
    }

    @Test func `sets and removes all fields of a name`() {
        var fields: HeaderFields = ["a": "1", "b": "2", "A": "3"]
        fields.set("A", "4")
        #expect(fields == ["b": "2", "a": "4"])
        fields.remove("B")
        #expect(fields == ["a": "4"])
        fields.remove("c")
        #expect(fields.count == 1)
    }

    @Test func `drops a field without a name`() {
        #expect(HeaderFields(dictionaryLiteral: ("", "a")).isEmpty)
    }
}
