// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

/// A merge patch of a record.
@Suite struct FieldsPatchTests {
    @Test func `keeps what is absent, clears what is null, replaces lists, merges objects`() throws
    {
        let pet = try patch(
            """
            {"nick": null, "age": null, "tags": ["c"], "home": {"zip": null, "city": "北京"},
             "notes": {"free": null, "more": {"a": 1}}}
            """
        )
        var expected = Pet.full
        expected.nick = nil
        expected.age = 1
        expected.tags = ["c"]
        expected.home = Pet.Home(city: "北京")
        expected.notes = #"{"more":{"a":1}}"#
        #expect(pet == expected)
    }

    @Test func `changes nothing by an empty patch`() throws {
        #expect(try patch("{}") == Pet.full)
    }

    struct Case: CustomTestStringConvertible {
        let text: String
        let violations: [Violation]

        init(_ text: String, _ violations: Violation...) {
            self.text = text
            self.violations = violations
        }

        var testDescription: String { text }
    }

    static let refusals = [
        Case("[]", Violation("", "must be an object")),
        Case("null", Violation("", "must be an object")),
        Case(#"{"name": null}"#, Violation("/name", "is required")),
        Case(#"{"color": null}"#, Violation("/color", "is not known here")),
        Case(#"{"id": null}"#, Violation("/id", "is read-only")),
        Case(#"{"age": 1, "age": 2}"#, Violation("/age", "is given twice")),
        Case(#"{"home": {"color": 1}}"#, Violation("/home/color", "is not known here")),
        Case(#"{"home": {"city": null}}"#, Violation("/home/city", "is required")),
        Case(
            #"{"age": 41, "walks": [{}]}"#,
            Violation("/age", "must be from 0 to 40"),
            Violation("/walks/0/city", "is required")
        ),
    ]

    @Test(arguments: refusals)
    func `refuses what the whole record would not be`(_ one: Case) {
        let error = #expect(throws: Violations.self) { try patch(one.text) }
        #expect(error?.all == one.violations)
    }

    static let overlooked = [
        Case(#"{"home": {"color": null}}"#, Violation("/home/color", "is not known here")),
        Case(#"{"home": {"zip": "1", "zip": "2"}}"#, Violation("/home/zip", "is given twice")),
        Case(
            #"{"color": 1, "age": 41}"#,
            Violation("/color", "is not known here"),
            Violation("/age", "must be from 0 to 40")
        ),
    ]

    @Test(arguments: overlooked)
    func `overlooks nothing in a patch`(_ one: Case) {
        let error = #expect(throws: Violations.self) { try patch(one.text) }
        #expect(error?.all == one.violations)
    }

    private func patch(_ text: String) throws -> Pet {
        try Pet.fields.decode(JSONReader.read(text), over: Pet.full)
    }
}
