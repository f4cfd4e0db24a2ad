// SPDX-License-Identifier: Apache-2.0
private import CSV
package import JSON

/// Writes records as CSV: a column for each scalar, dotted names for what is nested.
package struct TableWriter: Sendable {
    package let columns: [String]

    /// `places` says how many places of each list get columns of their own; another list stands
    /// as JSON in one cell.
    package init(_ schema: Schema, places: [String: Int] = [:]) {
        columns = Self.columns(of: schema, under: "", places)
    }

    private static func columns(
        of schema: Schema,
        under name: String,
        _ places: [String: Int]
    ) -> [String] {
        switch schema {
        case .object(let object):
            return object.properties.flatMap { property in
                columns(
                    of: property.schema,
                    under: name.isEmpty ? property.name : name + "." + property.name,
                    places
                )
            }
        case .array(let element, _):
            guard let count = places[name] else { return [name] }
            return (0..<count).flatMap { columns(of: element, under: "\(name).\($0)", places) }
        case .scalar, .open, .anyOf:
            return [name]
        }
    }

    package var header: [UInt8] {
        var writer = CSVWriter()
        writer.row(columns)
        return writer.bytes
    }

    /// Writes a line for each record; throws if one has a value that no column takes, such as one
    /// place more in a list than there were when the columns were counted.
    package func rows(_ records: [JSON]) throws(TableError) -> [UInt8] {
        var writer = CSVWriter()
        for record in records {
            var cells: [String: String] = [:]
            fill(&cells, with: record, under: "")
            writer.row(columns.map { cells.removeValue(forKey: $0) ?? "" })
            if let stray = cells.keys.min() { throw TableError(column: stray) }
        }
        return writer.bytes
    }

    private func fill(_ cells: inout [String: String], with json: JSON, under name: String) {
        switch json {
        case .object(let members) where name.isEmpty || !columns.contains(name):
            for member in members {
                fill(
                    &cells,
                    with: member.value,
                    under: name.isEmpty ? member.name : name + "." + member.name
                )
            }
        case .array(let elements) where !columns.contains(name):
            for (place, element) in elements.enumerated() {
                fill(&cells, with: element, under: "\(name).\(place)")
            }
        case .null: break
        case .string(let text): cells[name] = text
        default: cells[name] = json.text
        }
    }
}

/// A record has a value for which its table has no column.
package struct TableError: Error, Equatable {
    package let column: String

    package init(column: String) {
        self.column = column
    }
}

extension TableError: CustomStringConvertible {
    package var description: String { "there is no column \(column)" }
}
