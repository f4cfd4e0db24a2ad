// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

@Suite struct FieldsTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let text: String
        let violations: [Violation]

        init(_ name: String, _ text: String, _ violations: Violation...) {
            self.name = name
            self.text = text
            self.violations = violations
        }

        var testDescription: String { name }
    }

    @Test func `reads a record with every member`() throws {
        let pet = try decode(
            """
            {"name": "旺财", "kind": "dog", "nick": "W", "age": 3, "weight": 7.25, "tame": false,
             "tags": ["a", "b"], "home": {"city": "上海", "zip": "200000"},
             "walks": [{"city": "x"}, {"city": "y", "zip": "1"}], "notes": {"free": [1, {"x": null}]}}
            """
        )
        #expect(pet == Pet.full)
    }

    @Test func `puts defaults for what is absent or null`() throws {
        let bare = Pet(name: "x", kind: .cat)
        #expect(try decode(#"{"name": "x", "kind": "cat"}"#) == bare)
        #expect(
            try decode(
                """
                {"name": "x", "kind": "cat", "nick": null, "age": null, "weight": null,
                 "tame": null, "tags": null, "home": null, "walks": null, "notes": null}
                """
            ) == bare
        )
    }

    static let refusals = [
        Case("an array", "[]", Violation("", "must be an object")),
        Case("null", "null", Violation("", "must be an object")),
        Case(
            "nothing that is required",
            "{}",
            Violation("/name", "is required"),
            Violation("/kind", "is required")
        ),
        Case(
            "null for what is required",
            #"{"name": null, "kind": null}"#,
            Violation("/name", "is required"),
            Violation("/kind", "is required")
        ),
        Case(
            "a stranger",
            #"{"name": "x", "kind": "cat", "color": 1}"#,
            Violation("/color", "is not known here")
        ),
        Case(
            "a stranger that is null",
            #"{"name": "x", "kind": "cat", "color": null}"#,
            Violation("/color", "is not known here")
        ),
        Case(
            "a stranger whose name needs escapes",
            #"{"name": "x", "kind": "cat", "a/b~c": 1}"#,
            Violation("/a~1b~0c", "is not known here")
        ),
        Case(
            "a stranger with an accent on what needs an escape",
            #"{"name": "x", "kind": "cat", "/\u0301": 1}"#,
            Violation("/~1\u{301}", "is not known here")
        ),
        Case(
            "a name in capitals",
            #"{"name": "x", "kind": "cat", "Age": 1}"#,
            Violation("/Age", "is not known here")
        ),
        Case(
            "a member twice",
            #"{"name": "x", "kind": "cat", "age": 1, "age": 1}"#,
            Violation("/age", "is given twice")
        ),
        Case(
            "what cannot be set",
            #"{"name": "x", "kind": "cat", "id": 1}"#,
            Violation("/id", "is read-only")
        ),
        Case(
            "a number for a text",
            #"{"name": 1, "kind": "cat"}"#,
            Violation("/name", "must be a string")
        ),
        Case(
            "a text for a number",
            #"{"name": "x", "kind": "cat", "age": "3"}"#,
            Violation("/age", "must be an integer")
        ),
        Case(
            "a fraction for an integer",
            #"{"name": "x", "kind": "cat", "age": 3.5}"#,
            Violation("/age", "must be an integer")
        ),
        Case(
            "too small a number",
            #"{"name": "x", "kind": "cat", "age": -1}"#,
            Violation("/age", "must be from 0 to 40")
        ),
        Case(
            "too large a number",
            #"{"name": "x", "kind": "cat", "age": 41}"#,
            Violation("/age", "must be from 0 to 40")
        ),
        Case(
            "a number that no integer holds",
            #"{"name": "x", "kind": "cat", "age": 99999999999999999999}"#,
            Violation("/age", "must be an integer")
        ),
        Case(
            "a weight beyond all numbers",
            #"{"name": "x", "kind": "cat", "weight": 1e400}"#,
            Violation("/weight", "must be from 0.0 to 100.0")
        ),
        Case(
            "a text for a flag",
            #"{"name": "x", "kind": "cat", "tame": "true"}"#,
            Violation("/tame", "must be true or false")
        ),
        Case(
            "an unknown word",
            #"{"name": "x", "kind": "cow"}"#,
            Violation("/kind", "must be one of cat, dog, guinea-pig")
        ),
        Case(
            "a word in capitals",
            #"{"name": "x", "kind": "Cat"}"#,
            Violation("/kind", "must be one of cat, dog, guinea-pig")
        ),
        Case(
            "an empty text",
            #"{"name": "", "kind": "cat"}"#,
            Violation("/name", "must not be empty")
        ),
        Case(
            "a blank text",
            #"{"name": " \t　", "kind": "cat"}"#,
            Violation("/name", "must not be empty")
        ),
        Case(
            "a text that nobody sees",
            "{\"name\": \"\u{200B}\u{2060}\u{FEFF}\u{AD}\u{202E}\\u0007\", \"kind\": \"cat\"}",
            Violation("/name", "must not be empty")
        ),
        Case(
            "a text for a list",
            #"{"name": "x", "kind": "cat", "tags": "a"}"#,
            Violation("/tags", "must be an array")
        ),
        Case(
            "too long a list",
            #"{"name": "x", "kind": "cat", "tags": ["a","b","c","d"]}"#,
            Violation("/tags", "must not have more than 3 elements")
        ),
        Case(
            "null in a list",
            #"{"name": "x", "kind": "cat", "tags": ["a", null]}"#,
            Violation("/tags/1", "must be a string")
        ),
        Case(
            "a text for an object",
            #"{"name": "x", "kind": "cat", "home": "上海"}"#,
            Violation("/home", "must be an object")
        ),
        Case(
            "a text for an open object",
            #"{"name": "x", "kind": "cat", "notes": "free"}"#,
            Violation("/notes", "must be an object")
        ),
        Case(
            "many rules at once, at every depth",
            """
            {"kind": "cow", "nick": 1, "id": 2, "x": 3, "tags": [1, "b"],
             "home": {"zip": 1, "x": 2}, "walks": [{"city": "x"}, {"zip": "12345678901"}, 3]}
            """,
            Violation("/id", "is read-only"),
            Violation("/x", "is not known here"),
            Violation("/name", "is required"),
            Violation("/kind", "must be one of cat, dog, guinea-pig"),
            Violation("/nick", "must be a string"),
            Violation("/tags/0", "must be a string"),
            Violation("/home/x", "is not known here"),
            Violation("/home/city", "is required"),
            Violation("/home/zip", "must be a string"),
            Violation("/walks/1/city", "is required"),
            Violation("/walks/1/zip", "must not be longer than 10 characters"),
            Violation("/walks/2", "must be an object")
        ),
    ]

    @Test(arguments: refusals)
    func `names every rule that is broken`(_ one: Case) throws {
        let error = #expect(throws: Violations.self) { try decode(one.text) }
        #expect(error?.all == one.violations)
    }

    @Test func `counts code points, not bytes, and takes the last that fits`() throws {
        let name = String(repeating: "猫", count: 20)
        #expect(try decode(#"{"name": "\#(name)", "kind": "cat"}"#).name == name)
        let error = #expect(throws: Violations.self) {
            try decode(#"{"name": "\#(name)猫", "kind": "cat"}"#)
        }
        #expect(error?.all == [Violation("/name", "must not be longer than 20 characters")])
    }

    @Test func `takes the bounds of numbers and lists`() throws {
        for age in [0, 40] {
            #expect(try decode(#"{"name": "x", "kind": "cat", "age": \#(age)}"#).age == age)
        }
        let three = try decode(#"{"name": "x", "kind": "cat", "tags": ["a","b","c"]}"#)
        #expect(three.tags == ["a", "b", "c"])
    }

    @Test func `reads scalars from text where input is text`() throws {
        let json: JSON = [
            "name": "7", "kind": "dog", "age": "12", "weight": "0.5", "tame": "true",
            "notes": #"{"a":1}"#,
        ]
        let pet = try Pet.fields.decode(json, options: Decoding.Options(isTextual: true))
        #expect(pet.age == 12)
        #expect(pet.weight == 0.5)
        #expect(pet.isTame == true)
        #expect(pet.notes == #"{"a":1}"#)
        for (member, text) in [
            ("age", "+12"), ("age", "1e1"), ("age", ""), ("age", " 1"), ("tame", "yes"),
            ("weight", "heavy"), ("notes", "[1]"), ("notes", "{"),
        ] {
            let json: JSON = ["name": "7", "kind": "dog", "\(member)": .string(text)]
            let error = #expect(throws: Violations.self, "\(member)=\(text)") {
                try Pet.fields.decode(json, options: Decoding.Options(isTextual: true))
            }
            #expect(error?.all.map(\.pointer) == ["/\(member)"])
        }
    }

    private func decode(_ text: String) throws -> Pet {
        try Pet.fields.decode(JSONReader.read(text))
    }
}
