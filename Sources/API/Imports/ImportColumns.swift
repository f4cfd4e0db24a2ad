// SPDX-License-Identifier: Apache-2.0
import CSV
import JSON

/// The columns of a file as the members they stand for, worked out once from its header.
struct ImportColumns: Sendable {
    /// Where the cells of one value stand.
    indirect enum Node: Sendable {
        case cell(Int)
        case object([Child])
        /// The elements in the order of their places; rows may leave any of them empty.
        case list([Node], places: [Int])
    }

    struct Child: Sendable {
        let name: String
        let node: Node
    }

    private struct Column {
        let path: [Substring]
        let index: Int
        let name: String
    }

    let count: Int
    let main: [Child]
    /// Those of the members that only an import may bring.
    let extra: [Child]

    /// Names every column that is unknown or given twice, and every one that is missing.
    init(
        header: [String],
        schema: Schema.Object,
        extra: Set<String>,
        oneOf: [String]
    ) throws(Violations) {
        var violations: [Violation] = []
        let columns = header.enumerated().map { index, name in
            Column(
                path: name.split(separator: ".", omittingEmptySubsequences: false),
                index: index,
                name: name
            )
        }
        count = columns.count
        let children = Self.children(of: schema, columns, depth: 0, under: "", &violations)
        let names = children.map(\.name)
        if !oneOf.isEmpty, !oneOf.contains(where: names.contains) {
            for name in oneOf {
                violations.append(
                    Violation("/" + name, "one of \(oneOf.joined(separator: ", ")) must be given")
                )
            }
        }
        guard violations.isEmpty else { throw Violations(violations) }
        main = children.filter { !extra.contains($0.name) }
        self.extra = children.filter { extra.contains($0.name) }
    }

    private static func children(
        of object: Schema.Object,
        _ columns: [Column],
        depth: Int,
        under name: String,
        _ violations: inout [Violation]
    ) -> [Child] {
        var children: [Child] = []
        for (part, members) in groups(columns, depth, &violations) {
            let property = object.properties.first { $0.name == part }
            guard let property else {
                for member in members { refuse(member, "is not known here", &violations) }
                continue
            }
            let node = node(of: property.schema, members, depth: depth + 1, &violations)
            guard let node else { continue }
            children.append(Child(name: property.name, node: node))
        }
        let given = Set(columns.compactMap { $0.path.count > depth ? $0.path[depth] : nil })
        for property in object.properties
        where property.isRequired && !given.contains(property.name[...]) {
            let column = name.isEmpty ? property.name : name + "." + property.name
            violations.append(Violation(pointer(column), "is required: the column is missing"))
        }
        return children
    }

    private static func node(
        of schema: Schema,
        _ columns: [Column],
        depth: Int,
        _ violations: inout [Violation]
    ) -> Node? {
        let name = columns.first?.path.prefix(depth).joined(separator: ".") ?? ""
        switch schema {
        case .scalar, .anyOf:
            return cell(columns, depth, &violations)
        case .open where columns.contains { $0.path.count == depth }:
            return cell(columns, depth, &violations)
        case .open:
            return open(columns, depth, &violations)
        case .object(let object):
            return .object(
                children(of: object, columns, depth: depth, under: name, &violations)
            )
        case .array(let element, let maxItems):
            var elements: [(place: Int, node: Node)] = []
            for (part, members) in groups(columns, depth, &violations) {
                guard let place = Int(part), String(place) == part, place >= 0,
                    place < maxItems ?? CSVReader.cellLimit
                else {
                    for member in members { refuse(member, "is not known here", &violations) }
                    continue
                }
                let node = node(of: element, members, depth: depth + 1, &violations)
                if let node { elements.append((place, node)) }
            }
            elements.sort { $0.place < $1.place }
            return .list(elements.map(\.node), places: elements.map(\.place))
        }
    }

    /// An object whose members are not fixed: whatever the columns name.
    private static func open(
        _ columns: [Column],
        _ depth: Int,
        _ violations: inout [Violation]
    ) -> Node? {
        if columns.contains(where: { $0.path.count == depth }) {
            return cell(columns, depth, &violations)
        }
        var children: [Child] = []
        for (part, members) in groups(columns, depth, &violations) {
            if let node = open(members, depth + 1, &violations) {
                children.append(Child(name: String(part), node: node))
            }
        }
        return .object(children)
    }

    private static func cell(
        _ columns: [Column],
        _ depth: Int,
        _ violations: inout [Violation]
    ) -> Node? {
        var found: Int?
        for column in columns {
            if column.path.count > depth {
                refuse(column, "is not known here", &violations)
            } else if found != nil {
                refuse(column, "is given twice", &violations)
            } else {
                found = column.index
            }
        }
        return found.map(Node.cell)
    }

    /// The columns by the next part of their names, in the order of the header.
    private static func groups(
        _ columns: [Column],
        _ depth: Int,
        _ violations: inout [Violation]
    ) -> [(part: Substring, columns: [Column])] {
        var groups: [(part: Substring, columns: [Column])] = []
        for column in columns {
            guard column.path.count > depth else {
                refuse(column, "is not known here", &violations)
                continue
            }
            let part = column.path[depth]
            if let place = groups.firstIndex(where: { $0.part == part }) {
                groups[place].columns.append(column)
            } else {
                groups.append((part, [column]))
            }
        }
        return groups
    }

    private static func refuse(
        _ column: Column,
        _ detail: String,
        _ violations: inout [Violation]
    ) {
        violations.append(Violation(pointer(column.name), detail))
    }

    private static func pointer(_ column: String) -> String {
        "/"
            + column.replacing("~", with: "~0").replacing("/", with: "~1")
            .replacing(".", with: "/")
    }
}

// MARK: - Rows

extension ImportColumns {
    /// The members that have a value in a row.
    static func members(_ children: [Child], _ record: CSVRecord) -> [JSON.Member] {
        var members: [JSON.Member] = []
        members.reserveCapacity(children.count)
        for child in children {
            guard let value = value(child.node, record) else { continue }
            members.append(JSON.Member(child.name, value))
        }
        return members
    }

    /// The value that the cells of a row make up; nil if they are all empty.
    private static func value(_ node: Node, _ record: CSVRecord) -> JSON? {
        switch node {
        case .cell(let index):
            return record.isEmpty(index) ? nil : .string(record.text(index))
        case .object(let children):
            let members = members(children, record)
            return members.isEmpty ? nil : .object(members)
        case .list(let nodes, _):
            let elements = nodes.compactMap { value($0, record) }
            return elements.isEmpty ? nil : .array(elements)
        }
    }

    /// The pointer with the places of the columns: where a row leaves places empty, its elements
    /// have moved up.
    func placed(_ pointer: String, _ record: CSVRecord) -> String {
        var parts = pointer.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        var node = Node.object(main + extra)
        for index in parts.indices.dropFirst() {
            switch node {
            case .cell: return parts.joined(separator: "/")
            case .object(let children):
                guard let child = children.first(where: { $0.name == parts[index] }) else {
                    return parts.joined(separator: "/")
                }
                node = child.node
            case .list(let nodes, let places):
                let filled = nodes.indices.filter { Self.value(nodes[$0], record) != nil }
                guard let element = Int(parts[index]), filled.indices.contains(element) else {
                    return parts.joined(separator: "/")
                }
                parts[index] = String(places[filled[element]])
                node = nodes[filled[element]]
            }
        }
        return parts.joined(separator: "/")
    }
}

extension CSVRecord {
    func isEmpty(_ index: Int) -> Bool {
        utf8(index).isEmpty
    }

    /// A cell as it was before `CSVWriter` made it harmless.
    func text(_ index: Int) -> String {
        guard utf8(index).first == UInt8(ascii: "'") else { return self[index] }
        return CSVWriter.original(self[index])
    }
}
