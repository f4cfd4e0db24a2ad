// SPDX-License-Identifier: Apache-2.0

/// One member of a record's wire form, or the members of a record within it.
@usableFromInline package struct Member<Root>: Sendable {
    package let properties: [Schema.Property]
    /// Writes name and value; nothing where the record has no value.
    @usableFromInline let write: @Sendable (Root, inout JSONWriter) -> Void
    /// The same with only the properties of those names; nil if that leaves none.
    private let select: @Sendable (Set<String>) -> Member<Root>?

    // Inlinable, so that the closures are compiled for each type of value: a generic one looks the
    // type up at every call, which cost a third of the time of encoding a record.
    @inlinable
    package init<Value>(
        _ name: String,
        _ get: @escaping @Sendable (Root) -> Value,
        _ codec: Codec<Value>,
        _ description: String = ""
    ) {
        let key = JSONWriter.Key(name)
        self.init(name, codec, isRequired: true, description) { root, writer in
            writer.name(key)
            codec.encode(get(root), &writer)
        }
    }

    /// A member that is left out while the record has no value for it.
    @inlinable
    package init<Value>(
        _ name: String,
        _ get: @escaping @Sendable (Root) -> Value?,
        _ codec: Codec<Value>,
        _ description: String = ""
    ) {
        let key = JSONWriter.Key(name)
        self.init(name, codec, isRequired: false, description) { root, writer in
            guard let value = get(root) else { return }
            writer.name(key)
            codec.encode(value, &writer)
        }
    }

    @usableFromInline
    init<Value>(
        _ name: String,
        _ codec: Codec<Value>,
        isRequired: Bool,
        _ description: String,
        write: @escaping @Sendable (Root, inout JSONWriter) -> Void
    ) {
        self.init(
            Schema.Property(
                name: name,
                schema: codec.schema,
                isRequired: isRequired,
                description: description
            ),
            write: write
        )
    }

    private init(
        _ property: Schema.Property,
        write: @escaping @Sendable (Root, inout JSONWriter) -> Void
    ) {
        properties = [property]
        self.write = write
        select = { names in
            names.contains(property.name) ? Member(property, write: write) : nil
        }
    }

    fileprivate init<Inner>(
        _ inner: [Member<Inner>],
        of get: @escaping @Sendable (Root) -> Inner
    ) {
        properties = inner.flatMap(\.properties)
        let write = Representation.write(inner)
        self.write = { root, writer in write(get(root), &writer) }
        select = { names in
            let selected = inner.compactMap { $0.selecting(names) }
            return selected.isEmpty ? nil : Member(selected, of: get)
        }
    }

    /// The same member of a record that may be left out when it is read.
    func optional() -> Member {
        Member(
            Schema.Property(
                name: properties[0].name,
                schema: properties[0].schema,
                isRequired: false,
                description: properties[0].description
            ),
            write: write
        )
    }

    fileprivate func selecting(_ names: Set<String>) -> Member? {
        select(names)
    }
}

/// The wire form of a record that is written: its members in order, and the schema they make.
@usableFromInline package struct Representation<Root>: Sendable {
    package let name: String?
    private let members: [Member<Root>]
    /// Writes a record as an object.
    package let write: @Sendable (Root, inout JSONWriter) -> Void

    // Inlinable for the same reason as a member's.
    @inlinable
    package init(_ name: String? = nil, _ members: [Member<Root>]) {
        let write = Self.write(members)
        self.init(name, members) { root, writer in
            writer.object { write(root, &$0) }
        }
    }

    @usableFromInline
    init(
        _ name: String?,
        _ members: [Member<Root>],
        write: @escaping @Sendable (Root, inout JSONWriter) -> Void
    ) {
        self.name = name
        self.members = members
        self.write = write
    }

    /// Writes one member after the other.
    ///
    /// A chain of closures: going over an array of them asks for the type of its elements each
    /// time, which cost as much as the members.
    @usableFromInline
    static func write(
        _ members: [Member<Root>]
    ) -> @Sendable (Root, inout JSONWriter) -> Void {
        var chain: @Sendable (Root, inout JSONWriter) -> Void = { _, _ in }
        for member in members {
            let (before, write) = (chain, member.write)
            chain = { root, writer in
                before(root, &writer)
                write(root, &writer)
            }
        }
        return chain
    }

    package var properties: [Schema.Property] {
        members.flatMap(\.properties)
    }

    package var names: [String] {
        properties.map(\.name)
    }

    package var schema: Schema {
        .object(Schema.Object(name: name, properties: properties))
    }

    /// The members as those of a record that holds this one.
    package func lifted<Outer>(_ get: @escaping @Sendable (Outer) -> Root) -> [Member<Outer>] {
        [Member(members, of: get)]
    }

    package func encode(_ root: Root, _ writer: inout JSONWriter) {
        write(root, &writer)
    }

    package func bytes(_ root: Root) -> [UInt8] {
        JSONWriter.bytes { write(root, &$0) }
    }

    /// Only the members of those names; nil if one of them is none of this record's.
    package func selecting(_ names: [String]) -> Representation? {
        guard Set(names).isSubset(of: self.names) else { return nil }
        return Representation(nil, members.compactMap { $0.selecting(Set(names)) })
    }

    /// All members but those of these names.
    package func leaving(out names: Set<String>) -> Representation {
        let kept = Set(self.names).subtracting(names)
        return Representation(nil, members.compactMap { $0.selecting(kept) })
    }

    /// The members in which two records differ, with the values of the new one, as a JSON object;
    /// what is gone is null.
    package func changes(from old: Root?, to new: Root) -> String {
        guard let old else { return String(decoding: bytes(new), as: UTF8.self) }
        let before = values(of: old)
        let after = values(of: new)
        let changed = after.filter { member in !before.contains(member) }
        let gone = before.filter { member in !after.contains { $0.name == member.name } }
        return JSON.object(changed + gone.map { JSON.Member($0.name, .null) }).text
    }

    private func values(of root: Root) -> [JSON.Member] {
        // What a writer wrote can be read.
        (try? JSONReader.read(bytes(root)))?.members ?? []
    }
}
