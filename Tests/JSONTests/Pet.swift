// SPDX-License-Identifier: Apache-2.0
import JSON

/// A record with a member of each kind.
struct Pet: Equatable, Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case cat
        case dog
        case guineaPig = "guinea-pig"
    }

    struct Home: Equatable, Sendable {
        var city: String
        var zip: String?

        static let fields: Fields<Home> = Fields(
            "Home",
            Home.init,
            Field("city", \.city, .string(maxLength: 20)),
            Field(optional: "zip", \.zip, .string(maxLength: 10))
        )
    }

    var name: String
    var kind: Kind
    var nick: String?
    var age = 1
    var weight: Double?
    var isTame: Bool?
    var tags: [String] = []
    var home: Home?
    var walks: [Home] = []
    var notes: String?

    static let full = Pet(
        name: "旺财",
        kind: .dog,
        nick: "W",
        age: 3,
        weight: 7.25,
        isTame: false,
        tags: ["a", "b"],
        home: Home(city: "上海", zip: "200000"),
        walks: [Home(city: "x"), Home(city: "y", zip: "1")],
        notes: #"{"free":[1,{"x":null}]}"#
    )

    static let fields: Fields<Pet> = Fields(
        "Pet",
        Pet.init,
        readOnly: ["id"],
        Field("name", \.name, .string(maxLength: 20), "What it is called."),
        Field("kind", \.kind, .enumeration()),
        Field(optional: "nick", \.nick, .string(maxLength: 20)),
        Field("age", \.age, .integer(0...40), default: 1),
        Field(optional: "weight", \.weight, .number(0...100)),
        Field(optional: "tame", \.isTame, .boolean),
        Field("tags", \.tags, .array(of: .string(maxLength: 5), maxItems: 3), default: []),
        Field(optional: "home", \.home, .object(Home.fields)),
        Field("walks", \.walks, .array(of: .object(Home.fields)), default: []),
        Field(optional: "notes", \.notes, .openObject("Anything."))
    )
}
