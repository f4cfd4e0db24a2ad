// SPDX-License-Identifier: Apache-2.0

/// One member of a record's wire form.
package struct Member<Root>: Sendable {
    package let name: String
    package let description: String
    package let schema: Schema
    package let isRequired: Bool
    /// Writes the value; answers false, having written nothing, where the record has none.
    let write: @Sendable (Root, inout JSONWriter) -> Void
    let isPresent: @Sendable (Root) -> Bool

    package init<Value>(
        _ name: String,
        _ path: any KeyPath<Root, Value> & Sendable,
        _ codec: Codec<Value>,
        _ description: String = ""
    ) {
        self.name = name
        self.description = description
        schema = codec.schema
        isRequired = true
        write = { codec.encode($0[keyPath: path], &$1) }
        isPresent = { _ in true }
    }

    /// A member that is left out while the record has no value for it.
    package init<Value>(
        _ name: String,
        _ path: any KeyPath<Root, Value?> & Sendable,
        _ codec: Codec<Value>,
        _ description: String = ""
    ) {
        self.name = name
        self.description = description
        schema = codec.schema
        isRequired = false
        write = { root, writer in
            if let value = root[keyPath: path] { codec.encode(value, &writer) }
        }
        isPresent = { $0[keyPath: path] != nil }
    }

    private init<Inner>(_ inner: Member<Inner>, of path: any KeyPath<Root, Inner> & Sendable) {
        name = inner.name
        description = inner.description
        schema = inner.schema
        isRequired = inner.isRequired
        write = { inner.write($0[keyPath: path], &$1) }
        isPresent = { inner.isPresent($0[keyPath: path]) }
    }

    /// The same member of a record that holds this one's record.
    package func lifted<Outer>(_ path: any KeyPath<Outer, Root> & Sendable) -> Member<Outer> {
        Member<Outer>(self, of: path)
    }

    init(
        _ other: Member<Root>,
        isRequired: Bool
    ) {
        name = other.name
        description = other.description
        schema = other.schema
        self.isRequired = isRequired
        write = other.write
        isPresent = other.isPresent
    }
}

/// The wire form of a record that is written: its members in order, and the schema they make.
package struct Representation<Root>: Sendable {
    package let name: String?
    package let members: [Member<Root>]

    package init(_ name: String? = nil, _ members: [Member<Root>]) {
        self.name = name
        self.members = members
    }

    package var schema: Schema {
        .object(
            Schema.Object(
                name: name,
                properties: members.map { member in
                    Schema.Property(
                        name: member.name,
                        schema: member.schema,
                        isRequired: member.isRequired,
                        description: member.description
                    )
                }
            )
        )
    }

    /// The members as those of a record that holds this one.
    package func lifted<Outer>(_ path: any KeyPath<Outer, Root> & Sendable) -> [Member<Outer>] {
        members.map { $0.lifted(path) }
    }

    package func encode(_ root: Root, _ writer: inout JSONWriter) {
        writer.object { writer in
            for member in members where member.isPresent(root) {
                writer.name(member.name)
                member.write(root, &writer)
            }
        }
    }

    package func bytes(_ root: Root) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 512)
        encode(root, &writer)
        return writer.bytes
    }

    /// Only the members of those names; nil if one of them is none of this record's.
    package func selecting(_ names: [String]) -> Representation? {
        let known = Set(members.map(\.name))
        guard names.allSatisfy(known.contains) else { return nil }
        return Representation(nil, members.filter { names.contains($0.name) })
    }

    /// The members in which two records differ, with the values of the new one, as a JSON object;
    /// what is gone is null.
    package func changes(from old: Root?, to new: Root) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            for member in members {
                let before = old.flatMap { value(member, of: $0) }
                let after = value(member, of: new)
                guard before != after else { continue }
                writer.name(member.name)
                writer.raw(after ?? "null")
            }
        }
        return writer.text
    }

    private func value(_ member: Member<Root>, of root: Root) -> String? {
        guard member.isPresent(root) else { return nil }
        var writer = JSONWriter()
        member.write(root, &writer)
        return writer.text
    }
}
