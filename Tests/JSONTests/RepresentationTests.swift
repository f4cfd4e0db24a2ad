// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

@Suite struct RepresentationTests {
    @Test func `writes members in their order and leaves out what is absent`() {
        #expect(
            text(Pet.full)
                == #"{"name":"旺财","kind":"dog","nick":"W","age":3,"weight":7.25,"tame":false,"#
                + #""tags":["a","b"],"home":{"city":"上海","zip":"200000"},"#
                + #""walks":[{"city":"x"},{"city":"y","zip":"1"}],"notes":{"free":[1,{"x":null}]}}"#
        )
        #expect(
            text(Pet(name: "x", kind: .guineaPig))
                == #"{"name":"x","kind":"guinea-pig","age":1,"tags":[],"walks":[]}"#
        )
    }

    @Test func `reads back what it writes`() throws {
        for pet in [Pet.full, Pet(name: "x", kind: .cat)] {
            #expect(try Pet.fields.decode(JSONReader.read(text(pet))) == pet)
        }
    }

    @Test func `names in changes what differs, and null for what is gone`() throws {
        func changes(_ old: Pet?, _ new: Pet) throws -> [String: JSON] {
            let json = try JSONReader.read(Pet.fields.representation.changes(from: old, to: new))
            return Dictionary(
                uniqueKeysWithValues: (json.members ?? []).map { ($0.name, $0.value) }
            )
        }
        var other = Pet.full
        #expect(try changes(Pet.full, other).isEmpty)
        other.age = 4
        other.nick = nil
        other.home = Pet.Home(city: "北京")
        #expect(try changes(Pet.full, other) == ["nick": .null, "age": 4, "home": ["city": "北京"]])
        #expect(
            try changes(other, Pet.full)
                == ["nick": "W", "age": 3, "home": ["city": "上海", "zip": "200000"]]
        )
        #expect(
            try changes(nil, Pet(name: "x", kind: .cat))
                == ["name": "x", "kind": "cat", "age": 1, "tags": [], "walks": []]
        )
    }

    @Test func `selects members and knows which are none`() throws {
        let selected = try #require(Pet.fields.representation.selecting(["age", "name"]))
        var writer = JSONWriter()
        selected.encode(Pet.full, &writer)
        #expect(writer.text == #"{"name":"旺财","age":3}"#)
        #expect(Pet.fields.representation.selecting(["name", "color"]) == nil)
        #expect(Pet.fields.representation.selecting(["name", ""]) == nil)
    }

    @Test func `lifts the members of a part to the whole`() throws {
        struct Owner {
            let id: Int
            let pet: Pet
        }
        let fields = Representation<Owner>(
            nil,
            [Member("id", \.id, .integer(1...9))] + Pet.fields.representation.lifted(\.pet)
        )
        #expect(fields.names == ["id"] + Pet.fields.names)
        let owner = Owner(id: 7, pet: .full)
        let selected = try #require(fields.selecting(["id", "name", "nick"]))
        #expect(selected.names == ["id", "name", "nick"])
        #expect(selected.bytes(owner) == Array(#"{"id":7,"name":"旺财","nick":"W"}"#.utf8))
        #expect(fields.selecting(["id"])?.bytes(owner) == Array(#"{"id":7}"#.utf8))
        #expect(fields.changes(from: owner, to: Owner(id: 8, pet: .full)) == #"{"id":8}"#)
        let other = Owner(id: 7, pet: Pet(name: "旺财", kind: .dog))
        let changes = try JSONReader.read(fields.changes(from: owner, to: other))
        #expect(changes["nick"] == .null)
        #expect(changes["age"] == 1)
        #expect(changes["name"] == nil)
    }

    private func text(_ pet: Pet) -> String {
        String(decoding: Pet.fields.representation.bytes(pet), as: UTF8.self)
    }
}
