// SPDX-License-Identifier: Apache-2.0

/// What tells a customer or a contact without external id: its name, and its phone numbers as E.164.
struct NameWithPhones: Hashable {
    /// Where a customer is looked for: among all who have its first number, or its name and no
    /// number.
    ///
    /// Those with a number are read whatever their names: a file may give one number to thousands of
    /// names, as well as one name to thousands of numbers.
    enum Place: Hashable {
        case phone(String)
        case name(String)
    }

    let name: String
    var phones: Set<String>

    var place: Place { phones.min().map(Place.phone) ?? .name(name) }

    init(_ name: String, _ phones: Set<String> = []) {
        self.name = name
        self.phones = phones
    }

    init(_ name: String, _ phones: [CustomerPhone]) {
        self.init(name, Set(phones.map(\.e164)))
    }
}

/// A record and what tells it.
struct Named<Record> {
    let id: ID<Record>
    var content: NameWithPhones
}

/// The records without external id that the rows of a chunk may stand for: of those that say the
/// same, the k-th row stands for the k-th.
///
/// All that are at a place are read once a chunk. A file may hold thousands of equal rows, and to
/// look at the equal records for each of them would take a time that grows with the square of their
/// number.
struct NamedRecords<Place: Hashable, Record> {
    private var places: [Place: [NameWithPhones: [ID<Record>]]] = [:]

    /// The `number`th record, from 1, that says this; `all` are those at the place, by id.
    mutating func find(
        _ content: NameWithPhones,
        number: Int,
        at place: Place,
        all: () throws -> [Named<Record>]
    ) rethrows -> ID<Record>? {
        if places[place] == nil {
            places[place] = try all().reduce(into: [:]) { known, record in
                known[record.content, default: []].append(record.id)
            }
        }
        let ids = places[place]?[content] ?? []
        return number <= ids.count ? ids[number - 1] : nil
    }

    /// Adds a record that the chunk has made.
    mutating func add(_ id: ID<Record>, _ content: NameWithPhones, at place: Place) {
        // Where nobody has looked yet, it will be read.
        places[place]?[content, default: []].append(id)
    }

    /// Has a place read anew, when a record has come to it or gone from it.
    mutating func forget(_ place: Place) {
        places[place] = nil
    }
}
