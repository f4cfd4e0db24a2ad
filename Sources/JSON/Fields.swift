// SPDX-License-Identifier: Apache-2.0

/// One member of a record that is read and written.
package struct Field<Root, Value: Sendable>: Sendable {
    let name: String
    let member: Member<Root>
    let decode: @Sendable (JSON, inout Decoding) -> Value?
    /// What the member's absence means; nil where it is required.
    let absent: Value?
    /// Whether somebody else refuses its absence.
    let isDemanded: Bool

    private init(
        member: Member<Root>,
        absent: Value?,
        isDemanded: Bool = false,
        decode: @escaping @Sendable (JSON, inout Decoding) -> Value?
    ) {
        name = member.properties[0].name
        self.member = member
        self.decode = decode
        self.absent = absent
        self.isDemanded = isDemanded
    }
}

extension Field {
    /// A member that must be given.
    package init(
        _ name: String,
        _ get: @escaping @Sendable (Root) -> Value,
        _ codec: Codec<Value>,
        _ description: String = ""
    ) {
        self.init(member: Member(name, get, codec, description), absent: nil, decode: codec.decode)
    }

    /// A member that is written in another form than the one it is read into.
    package init<Written>(
        _ name: String,
        _ get: @escaping @Sendable (Root) -> Written,
        writes written: Codec<Written>,
        reads codec: Codec<Value>,
        _ description: String = ""
    ) {
        self.init(
            member: Member(name, get, written, description),
            absent: nil,
            decode: codec.decode
        )
    }

    /// A member with a default.
    package init(
        _ name: String,
        _ get: @escaping @Sendable (Root) -> Value,
        _ codec: Codec<Value>,
        default absent: Value,
        _ description: String = ""
    ) {
        self.init(
            member: Member(name, get, codec, description).optional(),
            absent: absent,
            decode: codec.decode
        )
    }

    /// A member that may be left out or null.
    ///
    /// It has a label of its own because overloads made the compiler try all of them for each
    /// field.
    package init<Wrapped>(
        optional name: String,
        _ get: @escaping @Sendable (Root) -> Wrapped?,
        _ codec: Codec<Wrapped>,
        _ description: String = ""
    ) where Value == Wrapped? {
        self.init(
            member: Member(name, get, codec, description),
            absent: .some(nil),
            decode: { json, decoding in codec.decode(json, &decoding).map { .some($0) } }
        )
    }

    /// A member whose absence is a problem of its own, which whoever takes the record raises: here it
    /// is only named beside what else is wrong.
    package init<Wrapped>(
        demanded name: String,
        _ get: @escaping @Sendable (Root) -> Wrapped?,
        _ codec: Codec<Wrapped>,
        _ description: String = ""
    ) where Value == Wrapped? {
        self.init(
            member: Member(name, get, codec, description),
            absent: .some(nil),
            isDemanded: true,
            decode: { json, decoding in codec.decode(json, &decoding).map { .some($0) } }
        )
    }
}

/// A record's wire form, declared once: it decodes strictly, with every violation named, encodes,
/// and yields the JSON Schema.
package struct Fields<Root>: Sendable {
    package let representation: Representation<Root>
    private let build: @Sendable ([JSON.Member], inout Decoding) -> Root?
    private let known: Set<String>
    /// Names that belong to the record but cannot be set, to be refused as such.
    private let readOnly: Set<String>

    /// Of the members `oneOf` one must be given, which whoever takes the record demands: here it is
    /// only named beside what else is wrong.
    package init<each Value: Sendable>(
        _ name: String? = nil,
        _ make: @escaping @Sendable (repeat each Value) -> Root,
        readOnly: Set<String> = [],
        oneOf: [String] = [],
        _ fields: repeat Field<Root, each Value>
    ) {
        var members: [Member<Root>] = []
        for field in repeat each fields { members.append(field.member) }
        representation = Representation(name, members)
        known = Set(representation.names)
        self.readOnly = readOnly
        let builder = Builder(make: make, oneOf: oneOf, readers: (repeat MemberReader(each fields)))
        build = { builder.build($0, &$1) }
    }

    package var names: [String] {
        representation.names
    }

    /// Reads a record.
    package func decode(
        _ json: JSON,
        options: Decoding.Options = Decoding.Options()
    ) throws(Violations) -> Root {
        var decoding = Decoding(options)
        guard let root = decode(json, &decoding), decoding.violations.isEmpty else {
            throw Violations(decoding.violations)
        }
        return root
    }

    /// Reads this record with a merge patch applied to it (RFC 7396).
    package func decode(_ patch: JSON, over root: Root) throws(Violations) -> Root {
        guard case .object = patch else {
            throw Violations([Violation("", "must be an object")])
        }
        guard let current = try? JSONReader.read(representation.bytes(root)) else {
            throw Violations([Violation("", "is stored in a form that cannot be changed")])
        }
        var decoding = Decoding()
        // Merging would hide what is doubled, and what is unknown and null.
        let sound = patch.sifted(representation.properties, readOnly, &decoding)
        let changed = build(current.merged(with: sound).members ?? [], &decoding)
        guard let changed, decoding.violations.isEmpty else {
            throw Violations(decoding.violations)
        }
        return changed
    }

    func decode(_ json: JSON, _ decoding: inout Decoding) -> Root? {
        guard case .object(let members) = json else {
            decoding.refuse("must be an object")
            return nil
        }
        members.refuseStrangers(known, readOnly, &decoding)
        return build(members, &decoding)
    }
}

extension [JSON.Member] {
    /// Notes members that no field reads and members that come twice; answers the others.
    @discardableResult
    fileprivate func refuseStrangers(
        _ known: Set<String>,
        _ readOnly: Set<String>,
        _ decoding: inout Decoding
    ) -> [JSON.Member] {
        var sound: [JSON.Member] = []
        for member in self {
            if sound.contains(where: { $0.name == member.name }) {
                decoding.refuse("is given twice", member: member.name)
            } else if readOnly.contains(member.name) {
                decoding.refuse("is read-only", member: member.name)
            } else if !known.contains(member.name) {
                decoding.refuse("is not known here", member: member.name)
            } else {
                sound.append(member)
            }
        }
        return sound
    }
}

extension JSON {
    /// A merge patch without the members, at any depth, that a record of these properties has not.
    fileprivate func sifted(
        _ properties: [Schema.Property],
        _ readOnly: Set<String>,
        _ decoding: inout Decoding
    ) -> JSON {
        let known = Set(properties.map(\.name))
        let sound = (members ?? []).refuseStrangers(known, readOnly, &decoding)
        return .object(
            sound.map { member in
                let value = decoding.under(member.name) { decoding -> JSON in
                    switch properties.first(where: { $0.name == member.name })?.schema {
                    case .object(let inner)? where member.value.members != nil:
                        return member.value.sifted(inner.properties, [], &decoding)
                    case .open?:
                        // Arrays are not merged, so that they are looked at when they are read.
                        member.value.refuseDoubles(&decoding, inArrays: false)
                        return member.value
                    default:
                        return member.value
                    }
                }
                return Member(member.name, value)
            }
        )
    }
}

extension JSON {
    /// Notes members, at any depth, that come twice.
    func refuseDoubles(_ decoding: inout Decoding, inArrays: Bool = true) {
        switch self {
        case .object(let members):
            var names: Set<String> = []
            for member in members {
                if names.insert(member.name).inserted {
                    decoding.under(member.name) {
                        member.value.refuseDoubles(&$0, inArrays: inArrays)
                    }
                } else {
                    decoding.refuse("is given twice", member: member.name)
                }
            }
        case .array(let elements) where inArrays:
            for (place, element) in elements.enumerated() {
                decoding.under(place) { element.refuseDoubles(&$0) }
            }
        default:
            break
        }
    }
}

/// The typed half of `Fields`: what a closure over the pack would capture.
private struct Builder<Root, each Value: Sendable>: Sendable {
    let make: @Sendable (repeat each Value) -> Root
    let oneOf: [String]
    let readers: (repeat MemberReader<each Value>)

    func build(_ members: [JSON.Member], _ decoding: inout Decoding) -> Root? {
        let before = decoding.violations.count
        // Measured: values handed on at once take half the time of optionals that are unwrapped
        // when all are there. So a record that breaks a rule is read again, for all of its faults.
        if let root = try? make(repeat (each readers).demand(from: members, &decoding)),
            decoding.violations.isEmpty
        {
            return root
        }
        decoding.forget(after: before)
        for reader in repeat each readers { reader.check(members, &decoding) }
        if !members.contains(where: { oneOf.contains($0.name) && $0.value != .null }) {
            let detail = "one of \(oneOf.joined(separator: ", ")) must be given"
            for name in oneOf { decoding.refuse(detail, member: name) }
        }
        return nil
    }
}

/// The reading side of a field; a class, so that it costs nothing to hand around.
private final class MemberReader<Value: Sendable>: Sendable {
    private let name: String
    private let decode: @Sendable (JSON, inout Decoding) -> Value?
    private let absent: Value?
    private let isDemanded: Bool

    private struct Missing: Error {}

    init<Root>(_ field: Field<Root, Value>) {
        name = field.name
        decode = field.decode
        absent = field.absent
        isDemanded = field.isDemanded
    }

    /// Notes all that is wrong with the member.
    func check(_ members: [JSON.Member], _ decoding: inout Decoding) {
        if isDemanded, !members.contains(where: { $0.name == name && $0.value != .null }) {
            decoding.refuse("is required", member: name)
        } else {
            _ = value(from: members, &decoding)
        }
    }

    func value(from members: [JSON.Member], _ decoding: inout Decoding) -> Value? {
        guard let json = members.first(where: { $0.name == name })?.value, json != .null else {
            if absent == nil { decoding.refuse("is required", member: name) }
            return absent
        }
        return decoding.under(name) { decode(json, &$0) }
    }

    func demand(from members: [JSON.Member], _ decoding: inout Decoding) throws -> Value {
        guard let value = value(from: members, &decoding) else { throw Missing() }
        return value
    }
}
